// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { Owner } from './file-facts.ts';
import { refusal } from './file-safety.ts';
import { ownUid } from './own-uid.ts';
import { call, callAppend, type Steps } from './steps.ts';

/** A current file that may be appended to: it is empty or ends with a newline. */
export interface OpenLogFile {
  readonly fd: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** What the file should hold now; a difference shows that another program changed it. */
  bytes: number;
  /** Bytes of the header: a file with no more than that counts as empty. */
  headerBytes: number;
  /** When the path was last compared with the open file, in monotonic milliseconds. */
  checkedAtMillis: number;
  /** Wall-clock time of the last write. */
  lastWriteMillis: number;
  /** Whether there may be bytes in it that are not durable. */
  needsSync: boolean;
  /** Whether its last line was half-written and was ended. */
  readonly repaired: boolean;
}

/** What a file must be like. */
export interface LogFileSettings {
  readonly fileMode: number;
  /** Undefined: as the process makes it. */
  readonly owner: Owner | undefined;
}

const NEWLINE = 0x0a;

/**
 * Opens or creates the current file. A half-written last line is ended with a newline: what follows is never glued to
 * it, and a reader that has passed it keeps its position, as it would not if the fragment were cut off.
 *
 * @throws LogferryError `UNUSABLE_FILE` for a file that must not be written; system errors as they are.
 */
export function* openLogFile(path: string, settings: LogFileSettings, nowMillis: number): Steps<OpenLogFile> {
  const { fileMode, owner } = settings;
  const fd = yield* call('open', path, fileMode);
  try {
    // Checked on the open file: between a look at the path and the opening, another file could take its place.
    const facts = yield* call('factsOfOpen', fd);
    const refused = refusal(facts, ownUid(), owner?.uid);
    if (refused !== undefined) throw new LogferryError('UNUSABLE_FILE', `${path} ${refused}`);
    if (facts.mode !== fileMode) yield* call('setMode', fd, fileMode);
    if (owner !== undefined && (facts.owner !== owner.uid || facts.group !== owner.gid)) {
      yield* call('setOwner', fd, owner);
    }
    const repaired = facts.bytes > 0 && (yield* call('readByte', fd, facts.bytes - 1)) !== NEWLINE;
    if (repaired) yield* callAppend(facts.bytes, fd, Uint8Array.of(NEWLINE), 0, 1);
    return {
      fd,
      device: facts.device,
      inode: facts.inode,
      bytes: facts.bytes + (repaired ? 1 : 0),
      headerBytes: 0,
      checkedAtMillis: nowMillis,
      lastWriteMillis: facts.modifiedMillis,
      needsSync: facts.bytes === 0 || repaired,
      repaired,
    };
  } catch (error) {
    try {
      yield* call('close', fd);
    } catch {
      // The first error says what is wrong.
    }
    throw error;
  }
}
