/** Pictures as examples, made while something waits for them. */
import { Observable } from 'rxjs';
import { DataError, PipelineError } from '../errors.js';
import type { Host } from '../host.js';
import type { Examples, SourceSplit } from '../kinds.js';
import { shapeOfForm } from '../picture-form.js';
import { sizeOf } from '../tensor.js';
import { type LabelledPictures, type ListedPictures, listPictures, noPictures, some } from './picture-list.js';

/**
 * The samples of a split, once they were made; they are made no longer when nothing waits for them.
 *
 * @param opened what was listed before; else it is now
 * @throws DataError with the path of the first picture that is broken, where these are not to be skipped, and where all are.
 */
export const readLabelledPictures = (
  host: Host,
  pictures: LabelledPictures,
  split: SourceSplit,
  opened?: ListedPictures,
): Observable<Examples> =>
  new Observable((subscriber) => {
    const left = new AbortController();
    const read = async () => {
      const listed = opened ?? (await listPictures(host, pictures, [split]));
      return examplesOf(host, pictures, listed, split, left.signal);
    };
    read().then(
      (examples) => {
        subscriber.next(examples);
        subscriber.complete();
      },
      (error) => subscriber.error(error),
    );
    return () => left.abort();
  });

async function examplesOf(
  host: Host,
  { form, onBroken }: LabelledPictures,
  { classNames, splits }: ListedPictures,
  split: SourceSplit,
  signal: AbortSignal,
): Promise<Examples> {
  const listed = splits.get(split);
  if (listed === undefined) throw new PipelineError(`images was opened without ${split}`);
  if (host.readPictures === undefined) throw noPictures();
  const { of, paths, pathPlace } = listed;
  const shape = shapeOfForm(form);
  const width = sizeOf(shape);
  const labels = listed.labels.slice();
  const features = new Uint8Array(paths.length * width);
  const broken: string[] = [];
  const whole: string[] = [];
  let [index, count] = [0, 0];
  for await (const sample of host.readPictures({ of, paths }, form, signal)) {
    if (!(sample instanceof DataError)) {
      features.set(sample, count * width);
      whole.push(paths[index]);
      labels[count++] = labels[index];
    } else if (onBroken === 'skip') broken.push(sample.message);
    else throw pathPlace === undefined ? sample : new DataError(await pathPlace(index), sample.message);
    index++;
  }
  if (count === 0) throw new DataError(of, `found no picture that can be read; the first: ${broken[0]}`);
  const skipped = `${broken.length} of ${paths.length} pictures of ${of} are broken and left out: ${some(broken)}`;
  const remark = [listed.remark ?? [], broken.length === 0 ? [] : skipped].flat().join('; ');
  return {
    split,
    epoch: 1,
    shape,
    features: features.subarray(0, count * width),
    scaling: { mean: 0, std: 1 },
    labels: labels.subarray(0, count),
    classes: undefined,
    classNames,
    pictures: form,
    paths: whole,
    origin: { source: 'images', path: of, ...(remark !== '' && { remark }) },
  };
}
