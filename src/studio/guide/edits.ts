/** Small changes to the text of a pipeline file, as the guide proposes them. */

export type Edit =
  /** Another stage in place of every one of that name. */
  | { readonly edit: 'swap'; readonly from: string; readonly to: string }
  /** Another value for an option, where it stands first. */
  | { readonly edit: 'set'; readonly option: string; readonly to: string }
  /** `softmaxCrossEntropy` as two stages: softmax at the end of the network, and crossEntropy. */
  | { readonly edit: 'split' };

/** The text after the change; the same text where there is nothing to change. */
export function edited(text: string, edit: Edit): string {
  switch (edit.edit) {
    case 'swap':
      return text.replace(new RegExp(`^(\\s*- )${edit.from}\\b`, 'gm'), `$1${edit.to}`);
    case 'set':
      return text.replace(new RegExp(`(\\b${edit.option}: )(\\{[^}]*\\}|[^,}\\s]+)`), `$1${edit.to}`);
    case 'split':
      return text.includes('- softmaxCrossEntropy')
        ? text.replaceAll('- softmaxCrossEntropy', '- crossEntropy').replace('\ntrain:', '\n  - softmax\ntrain:')
        : text;
  }
}
