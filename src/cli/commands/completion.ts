import { command } from '../command.js';
import { wrongWords } from '../command-line.js';

export const completion = command({
  command: 'completion <shell>',
  describe: 'What makes a shell complete commands, options, stages and files: bash, zsh or fish',
  builder: (yargs) => yargs.positional('shell', { type: 'string', demandOption: true, describe: 'bash, zsh or fish' }),
  handler({ shell }) {
    const script = scripts.get(shell);
    if (script === undefined) {
      throw wrongWords(`expected one of ${[...scripts.keys()].join(', ')}, found "${shell}"`, 'completion');
    }
    process.stdout.write(script);
  },
});

/**
 * Each asks the program for what may stand in the place of the last word: `pipeline completion SHELL WORD...`. Written for
 * bash 3.2 (macOS has no newer one), zsh 5 and fish 3.
 */
const scripts: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `# marblenet and pipeline in bash: eval "$(marblenet completion bash)"
_marblenet() {
  local line="\${COMP_LINE:0:COMP_POINT}" words word kept candidate
  read -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  word="\${words[\${#words[@]}-1]}"
  kept="\${word%"\${word##*[=:]}"}" # bash takes what stands after it for a word of its own
  [[ "$COMP_WORDBREAKS" == *=* ]] || kept=''
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("\${candidate#"$kept"}")
  done < <("$1" completion bash "\${words[@]:1}" 2> /dev/null)
  if [[ \${#COMPREPLY[@]} == 1 && "\${COMPREPLY[0]}" == *[=/] ]]; then
    compopt -o nospace 2> /dev/null
  fi
}
complete -F _marblenet marblenet pipeline
`,
  ],
  [
    'zsh',
    `# marblenet and pipeline in zsh, after compinit: eval "$(marblenet completion zsh)"
_marblenet() {
  local -a lines whole open
  lines=("\${(@f)$("$words[1]" completion zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)}")
  compset -P '\\~/' && lines=("\${(@)lines#\\~/}") # or zsh would write it as \\~/, which is no home folder
  open=(\${(M)lines:#*[=/]})
  whole=(\${lines:#*[=/]})
  (( $#whole )) && _describe marblenet whole
  (( $#open )) && _describe marblenet open -S ''
}
compdef _marblenet marblenet pipeline
`,
  ],
  [
    'fish',
    `# marblenet and pipeline in fish: marblenet completion fish | source
function __marblenet
  set -l words (commandline -opc)
  set -l word (string unescape -- (commandline -ct))
  $words[1] completion fish $words[2..-1] "$word" 2> /dev/null
end
complete -c marblenet -f -a '(__marblenet)'
complete -c pipeline -f -a '(__marblenet)'
`,
  ],
]);
