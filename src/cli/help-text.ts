/** What stands at the end of every help page. yargs lines up what is parted by tabs. */
export const HELP_END = `Environment variables:
  MARBLENET_DATA\t  Folder with the four MNIST files; --data comes before it
  MARBLENET_CACHE\t  Where downloads and decoded files are kept
  MARBLENET_MIRRORS\t  Base URLs to download from, separated by commas
  MARBLENET_SIMD\t  standard: V8 is asked for no longer vectors
  HTTPS_PROXY, NO_PROXY\t  The proxy for downloads, and the hosts that have none

Exit codes:
  0\t  Done
  1\t  The run failed, or a gradient is wrong
  2\t  The command or the pipeline file is wrong
  3\t  Data is missing, broken, or may not be read
  129, 130, 143\t  Ended by SIGHUP, by Ctrl-C, by SIGTERM

Documentation: ${new URL('../../README.md', import.meta.url).href}`;
