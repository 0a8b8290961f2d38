// Writes what each option means, and its default, into the types of the stages: `sgd({ learningRate })` shows it in an
// editor. The compiler leaves it out, since it stands in the stage's own declaration, `describe(...)` of its options.
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import * as z from 'zod';
import { builtInStages } from '../dist/built-in-stages.js';
import { currentNameOf } from '../dist/core/former-names.js';
import { presenceOf } from '../dist/core/pipeline-file/option-rows.js';
import { kebabCase } from '../dist/node/stage-source.js';

/** The fields of a schema: its own, and those of the maps that it may be. */
const fieldsOf = ({ properties = {}, required = [], anyOf = [], items }) => [
  ...Object.entries(properties).map(([name, schema]) => ({ name, schema, required: required.includes(name) })),
  ...[...anyOf, ...(items === undefined ? [] : [items])].flatMap(fieldsOf),
];

/** In one line, so that the source map of the types stays right. */
function commentOf({ schema, required }, current) {
  if (current !== undefined) return `/** @deprecated It is called ${current} now. */`;
  return `/** ${schema.description.replaceAll('*/', '*\\/')} (${presenceOf(schema, required)}) */`;
}

/** Comments for the fields within a type, and where they go. */
function commentsIn(type, fields, options) {
  const found = [];
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node) && /\bZodEnum$/.test(node.typeName.getText())) return; // its keys are values
    if (!ts.isPropertySignature(node)) return ts.forEachChild(node, visit);
    const field = fields.find(({ name }) => name === node.name.text);
    if (field === undefined) return;
    if (field.schema.description !== undefined) {
      found.push({ at: node.name.getStart(), comment: commentOf(field, currentNameOf(options, field.name)) });
    }
    found.push(...commentsIn(node.type, fieldsOf(field.schema), options));
  };
  ts.forEachChild(type, visit);
  return found;
}

/** Puts the comments into the type of one constant. */
function describe(path, name, options) {
  const url = new URL(`../dist/${path}.d.ts`, import.meta.url);
  const text = readFileSync(url, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const declared = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find((declaration) => declaration.name.text === name);
  const fields = fieldsOf(z.toJSONSchema(options, { io: 'input' }));
  const comments = commentsIn(declared.type, fields, options).sort((a, b) => b.at - a.at);
  writeFileSync(
    url,
    comments.reduce((all, { at, comment }) => `${all.slice(0, at)}${comment} ${all.slice(at)}`, text),
  );
}

for (const { definition } of builtInStages.values()) {
  describe(`stages/${definition.family}/${kebabCase(definition.name)}`, definition.name, definition.options);
}
describe('core/families/optimizer', 'common', builtInStages.get('sgd').definition.options); // for optimizers of your own
