// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { FilePort } from './file-port.ts';
import { refusal } from './file-safety.ts';
import { ownUid } from './own-uid.ts';

/** A current file that may be appended to: it is empty or ends with a newline. */
export interface OpenLogFile {
  readonly fd: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** What the file should hold now; a difference shows that another program changed it. */
  bytes: number;
  /** When the path was last compared with the open file, in monotonic milliseconds. */
  checkedAtMillis: number;
  /** Whether its last line was half-written and was ended. */
  readonly repaired: boolean;
}

const NEWLINE = 0x0a;

/**
 * Opens or creates the current file. A half-written last line is ended with a newline: what follows is never glued to
 * it, and a reader that has passed it keeps its position, as it would not if the fragment were cut off.
 *
 * @throws LogferryError `UNUSABLE_FILE` for a file that must not be written; system errors as they are.
 */
export async function openLogFile(
  port: FilePort,
  path: string,
  fileMode: number,
  nowMillis: number,
): Promise<OpenLogFile> {
  const fd = await port.open(path, fileMode);
  try {
    // Checked on the open file: between a look at the path and the opening, another file could take its place.
    const facts = await port.factsOfOpen(fd);
    const refused = refusal(facts, ownUid());
    if (refused !== undefined) throw new LogferryError('UNUSABLE_FILE', `${path} ${refused}`);
    if (facts.mode !== fileMode) await port.setMode(fd, fileMode);
    const repaired = facts.bytes > 0 && (await port.readByte(fd, facts.bytes - 1)) !== NEWLINE;
    if (repaired) await port.append(fd, Uint8Array.of(NEWLINE), 0, 1);
    return {
      fd,
      device: facts.device,
      inode: facts.inode,
      bytes: facts.bytes + (repaired ? 1 : 0),
      checkedAtMillis: nowMillis,
      repaired,
    };
  } catch (error) {
    await port.close(fd).catch(() => {
      // The first error says what is wrong.
    });
    throw error;
  }
}
