// The Python that runs bench/peers.
import { execFileSync } from 'node:child_process';

/** Debian's Python sees Debian's NumPy and PyTorch, whatever other Python comes first on the path. */
export const interpreter = process.env.PYTHON ?? '/usr/bin/python3';

export function pythonHas(module) {
  try {
    execFileSync(interpreter, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
