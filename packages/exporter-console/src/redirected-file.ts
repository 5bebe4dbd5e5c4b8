// SPDX-License-Identifier: Apache-2.0
import { fstatSync } from 'node:fs';
import process from 'node:process';
import { Writable } from 'node:stream';

import { DescriptorWriter } from './descriptor-writer.ts';

/**
 * What writes to stdout or stderr where it is redirected to a file; undefined for any other stream. The stream that Node
 * makes for a file writes once and takes no notice when only a part fits on the disk: the rest of the line would be lost
 * uncounted, and the next record glued to what is there. So the file is written here, just as synchronously and thus in
 * order with the application's own writes.
 */
export function redirectedFile(stream: Writable): DescriptorWriter | undefined {
  const descriptor = descriptorOf(stream);
  try {
    return descriptor !== undefined && fstatSync(descriptor).isFile() ? new DescriptorWriter(descriptor) : undefined;
  } catch {
    return undefined;
  }
}

/** The descriptor of a stream of the process; undefined for any other stream. */
export function descriptorOf(stream: Writable): number | undefined {
  if (stream !== process.stdout && stream !== process.stderr) return undefined;
  const { fd } = stream as { readonly fd?: unknown };
  return typeof fd === 'number' ? fd : undefined;
}

/** Whether somebody put a `write` of their own on the stream, to see what is written: then it has to be called. */
export function isIntercepted(stream: Writable): boolean {
  return stream.write !== Writable.prototype.write;
}
