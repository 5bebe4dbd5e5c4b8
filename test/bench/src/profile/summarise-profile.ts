// SPDX-License-Identifier: Apache-2.0
import type { Profiler } from 'node:inspector';

/** Time spent in one function itself, or in all functions of one place. */
export interface SelfTime {
  readonly name: string;
  readonly micros: number;
}

export interface ProfileSummary {
  /** Time in which the thread did something. */
  readonly busyMicros: number;
  /** By function, the dearest first. */
  readonly functions: readonly SelfTime[];
  /** By package or part of Node, the dearest first. */
  readonly places: readonly SelfTime[];
}

/** What V8 calls the time in which nothing ran. */
const IDLE = '(idle)';

/** Adds up the self time of a CPU profile. */
export function summariseProfile(profile: Profiler.Profile): ProfileSummary {
  const functions = new Map<string, number>();
  const places = new Map<string, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  let busyMicros = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const { callFrame } = nodes.get(id)!;
    if (callFrame.functionName === IDLE) continue;
    // A sample's delta is the time before it; what it stands for lasts until the next one.
    const micros = profile.timeDeltas?.[index + 1] ?? 0;
    busyMicros += micros;
    add(functions, describeFunction(callFrame.functionName, callFrame.url, callFrame.lineNumber), micros);
    add(places, describePlace(callFrame.functionName, callFrame.url), micros);
  }
  return { busyMicros, functions: dearestFirst(functions), places: dearestFirst(places) };
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function dearestFirst(sums: ReadonlyMap<string, number>): SelfTime[] {
  return [...sums].map(([name, micros]) => ({ name, micros })).toSorted((a, b) => b.micros - a.micros);
}

function describeFunction(functionName: string, url: string, lineNumber: number): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  // Lines count from 0 in a profile; built-ins have none.
  return url === '' ? name : `${name}  ${shortPath(url)}:${lineNumber + 1}`;
}

/** The package of a file, such as `@grpc/grpc-js`, a workspace's folder, `node:…`, or V8's own name for native time. */
function describePlace(functionName: string, url: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8 built-ins';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const path = shortPath(url);
  const depth = path.startsWith('@') || /^(packages|test)\//.test(path) ? 2 : 1;
  return path.split('/').slice(0, depth).join('/');
}

/** A file without what stands before its package. */
function shortPath(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/(packages|test)\//, '$1/');
}

/** The summary as text for a terminal or a note. @param records how many records the profile covers. */
export function formatSummary(summary: ProfileSummary, records: number, rows: number): string {
  const table = (times: readonly SelfTime[]): string =>
    times
      .slice(0, rows)
      .map(({ name, micros }) => {
        const percent = ((micros / summary.busyMicros) * 100).toFixed(1).padStart(5);
        const each = ((micros / records) * 1000).toFixed(0).padStart(6);
        return `${percent} % ${each} ns/record  ${name}`;
      })
      .join('\n');
  return [
    `busy for ${(summary.busyMicros / records).toFixed(2)} µs per record in the profiled thread`,
    `self time by place:\n${table(summary.places)}`,
    `self time by function:\n${table(summary.functions)}`,
  ].join('\n\n');
}
