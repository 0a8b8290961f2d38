# What an interactive zsh makes of lines when TAB is pressed: zsh -f press-tab.zsh LINE..., with marblenet in the PATH.
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PROMPT='READY''> '; autoload -Uz compinit; compinit -D -u; eval \"\$(marblenet completion zsh)\""
zpty -r shell drawn '*READY> '
zpty -w shell "show() { print -r -- \"LINE<\$BUFFER>\"; BUFFER= }; zle -N show; bindkey '^X' show; print DEFINED"
zpty -r shell drawn '*DEFINED*READY> '
for line; do
  zpty -w -n shell "$line"$'\t'$'\x18'
  zpty -r shell drawn '*LINE<*>'
  print -r -- "${${drawn##*LINE<}%%>*}"
done
zpty -d shell
