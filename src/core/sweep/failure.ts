/** Why a trial failed, as it stands beside its number: without the folder of its pipeline file in front, which is its own. */
export const reasonInTrial = (reason: string): string => reason.replace(/^.*?[/\\](?=pipeline\.yaml:\d+:\d+: )/, '');
