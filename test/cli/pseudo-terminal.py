"""Runs a command in a terminal of its own and passes on what it draws.

    python3 pseudo-terminal.py COLUMNS PRESS COMMAND...

PRESS is JSON, a list of keys and words: [["\\u0003", "loss"]] presses Ctrl-C when "loss" has been drawn, behind the words
that were waited for before. Ends with the command's exit code.
"""

import fcntl, json, os, pty, struct, sys, termios

columns, press, *command = sys.argv[1:]
waiting = [(keys.encode(), words.encode()) for keys, words in json.loads(press)]

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execvp(command[0], command)

drawn = b""
seen = 0  # how much of it the words that were waited for have come in
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # Linux: the command has ended
        break
    if not piece:
        break
    drawn += piece
    while waiting and waiting[0][1] in drawn[seen:]:
        keys, words = waiting.pop(0)
        seen = drawn.index(words, seen) + len(words)
        os.write(terminal, keys)

sys.stdout.buffer.write(drawn)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
