// SPDX-License-Identifier: Apache-2.0
import type { ConfigProblem } from '../problems/problem.ts';
import type { SourceNode } from './source-node.ts';

/** The version that this package knows. */
const MAJOR = 1;
const MINOR = 1;

/**
 * What is to be said of the version of a file: another major version is an error, a newer minor version a warning. Undefined
 * also where it can't be read as a version, which is told as of any other value.
 */
export function checkFileFormat(root: SourceNode, file: string): ConfigProblem | undefined {
  const node = root.kind === 'mapping' ? root.entries.get('file_format')?.node : undefined;
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})(?:-.*)?$/.exec(node.value) ?? [];
  if (major === undefined) return undefined;
  const problem = { file, position: node.position, path: 'file_format' };
  if (Number(major) !== MAJOR) {
    const message = `must be of the major version ${MAJOR}; "${MAJOR}.${MINOR}" is the newest that is known here`;
    return { ...problem, severity: 'error', message };
  }
  if (Number(minor) <= MINOR) return undefined;
  const message = `is newer than "${MAJOR}.${MINOR}", the newest that is known here; what is new in it is not understood`;
  return { ...problem, severity: 'warning', message };
}
