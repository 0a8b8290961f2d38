// The index of the stages folder, made from its file names: a stage is there because its file is there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../src/stages/', import.meta.url);
const index = new URL('index.ts', folder);

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => /^(.+)[\\/](.+)\.ts$/.exec(file))
  .filter((match) => match !== null)
  .map(([, family, name]) => ({ family, name }))
  .sort((a, b) => (`${a.family}/${a.name}` < `${b.family}/${b.name}` ? -1 : 1))
  .map(({ family, name }) => `export { ${camelCase(name)} } from './${family}/${name}.js';`);

const text = ['// Generated from the files of this folder by `npm run build`.', ...lines, ''].join('\n');
let current = '';
try {
  current = readFileSync(index, 'utf8');
} catch {
  // the first build
}
if (current !== text) writeFileSync(index, text);
