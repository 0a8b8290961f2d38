import { PipelineError } from '../../core/errors.js';
import { isCommitteeFolder } from '../../node/committee/committee-folder.js';
import { resumeCommittee } from '../../node/committee/train-committee.js';
import { readEnvironment } from '../../node/run-environment.js';
import { runFolderOf } from '../../node/run-folder.js';
import { isSweepFolder } from '../../node/sweep/sweep-folder.js';
import { resumeSweep } from '../../node/sweep/sweep-pipeline.js';
import { command } from '../command.js';
import { trainAndAverage } from '../committee-training.js';
import { withData, withSet } from '../pipeline-options.js';
import { sweepAndReport } from '../sweep-training.js';
import { trainAndReport, withProfile } from '../training.js';

export const resume = command({
  command: 'resume <run>',
  describe: 'Go on with a run, a committee or a sweep that was stopped, or give a run more epochs',
  builder: (yargs) =>
    withProfile(
      withData(
        withSet(
          yargs.positional('run', {
            type: 'string',
            demandOption: true,
            describe: 'Folder of the run, as runs/relu/3, or runs/relu for its newest; or of a committee or a sweep',
          }),
        ),
      ),
    ),
  async handler({ run, set, plugins, data, offline, everyStep, json, quiet, report, profile }) {
    if (await isCommitteeFolder(run)) {
      if (set.length > 0) throw new PipelineError(`--set ${set[0]}: a committee goes on as it began; train another`);
      if (profile) throw new PipelineError('--profile: it measures one run, and this is a committee');
      await trainAndAverage({ json, quiet, report }, async (members) => {
        await resumeCommittee(run, {
          ...members,
          plugins,
          ...(offline !== undefined && { offline }),
          ...(everyStep !== undefined && { everyStep }),
          ...(data !== undefined && { dataFolder: data }),
        });
      });
      return;
    }
    if (await isSweepFolder(run)) {
      if (set.length > 0) throw new PipelineError(`--set ${set[0]}: a sweep goes on as it began; begin another`);
      if (everyStep) throw new PipelineError('--every-step: of a sweep, there are no events of steps');
      if (profile) throw new PipelineError('--profile: it measures one run, and this is a sweep');
      const places = {
        plugins,
        ...(offline !== undefined && { offline }),
        ...(data !== undefined && { dataFolder: data }),
      };
      await sweepAndReport({ json, quiet, report, places }, (reported) => resumeSweep(run, { ...reported, ...places }));
      return;
    }
    const folder = await runFolderOf(run);
    const { runId } = await readEnvironment(folder);
    await trainAndReport(
      folder,
      runId,
      { json, quiet, report, curve: true },
      {
        resume: true,
        set,
        plugins,
        ...(offline && { offline }),
        ...(everyStep && { everyStep }),
        ...(profile && { profile }),
        ...(data !== undefined && { dataFolder: data }),
      },
    );
  },
});
