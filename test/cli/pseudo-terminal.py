"""Runs a command in a terminal of its own and passes on what it draws.

    python3 pseudo-terminal.py COLUMNS KEYS WORDS COMMAND...

KEYS, written as in "\\x03" for Ctrl-C, are pressed when WORDS have been drawn. Ends with the command's exit code.
"""

import fcntl, os, pty, struct, sys, termios

columns, keys, words, *command = sys.argv[1:]
waiting = keys.encode().decode("unicode_escape").encode()

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execvp(command[0], command)

drawn = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # Linux: the command has ended
        break
    if not piece:
        break
    drawn += piece
    if waiting and words.encode() in drawn:
        os.write(terminal, waiting)
        waiting = b""

sys.stdout.buffer.write(drawn)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
