// SPDX-License-Identifier: Apache-2.0
import { type Document, LineCounter, parseDocument } from 'yaml';

import type { ConfigProblem } from '../problems/problem.ts';
import { jsonErrorOffset } from './json-error-offset.ts';
import { SourceReader } from './source-reader.ts';
import type { SourceNode } from './source-node.ts';
import { syntaxMessage } from './syntax-message.ts';

/** A file that was read. */
export interface ParsedSource {
  /** Undefined where the file is empty, or so broken that nothing can be said of the rest. */
  readonly root: SourceNode | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** How a file is read. */
export interface ParseOptions {
  /** The name of the file in messages. */
  readonly file: string;
  readonly format: 'yaml' | 'json';
  /** What references stand for. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads YAML 1.2 by its core schema, or JSON, which is a part of it, and puts in what variables hold. No message quotes the
 * file: anything in it may be a secret.
 */
export function parseSource(text: string, { file, format, variables }: ParseOptions): ParsedSource {
  const lines = new LineCounter();
  const document: Document.Parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    merge: false,
    logLevel: 'error',
  });
  const reader = new SourceReader({ file, lines, variables, document, isJson: format === 'json' });
  let isUnexpected = false;
  for (const { code, pos, message } of document.errors) {
    // Behind one such token, each further one is most often a consequence.
    if (code === 'UNEXPECTED_TOKEN' && isUnexpected) continue;
    isUnexpected ||= code === 'UNEXPECTED_TOKEN';
    reader.report(pos[0], syntaxMessage(code, message));
  }
  if (reader.problems.length > 0) return { root: undefined, problems: reader.problems };
  const notJson = format === 'json' ? jsonProblem(text, file) : undefined;
  if (notJson !== undefined) return { root: undefined, problems: [notJson] };
  return { root: reader.read(), problems: reader.problems };
}

/** What is YAML but no JSON: comments, texts without quotes, commas at the end. */
function jsonProblem(text: string, file: string): ConfigProblem | undefined {
  const offset = jsonErrorOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset).split('\n');
  return {
    severity: 'error',
    file,
    position: { line: before.length, column: before.at(-1)!.length + 1 },
    path: '',
    message: 'this is not JSON; a file of YAML must have the extension .yaml or .yml',
  };
}
