// SPDX-License-Identifier: Apache-2.0
import { type FilePort, nodeFilePort } from '../file-port.ts';

/** A system error, as Node makes it. */
export function systemError(code: string, text: string, call: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${text}, ${call}`), { code });
}

/** The real file system, with single operations replaced. */
export function faultyPort(faults: Partial<FilePort>): FilePort {
  return { ...nodeFilePort, ...faults };
}

/** A real file system with room for so many bytes more: what doesn't fit is written in part, then refused. */
export class SmallDisk {
  freeBytes: number;
  readonly port: FilePort;

  constructor(freeBytes: number, faults: Partial<FilePort> = {}) {
    this.freeBytes = freeBytes;
    this.port = faultyPort({
      append: async (fd, bytes, from, to) => {
        const fits = Math.min(to - from, this.freeBytes);
        if (fits === 0) throw systemError('ENOSPC', 'no space left on device', 'write');
        this.freeBytes -= fits;
        return await nodeFilePort.append(fd, bytes, from, from + fits);
      },
      truncate: async (fd, bytes) => {
        const before = await nodeFilePort.factsOfOpen(fd);
        await nodeFilePort.truncate(fd, bytes);
        this.freeBytes += before.bytes - bytes;
      },
      ...faults,
    });
  }
}
