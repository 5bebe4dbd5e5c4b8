// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The directory that holds a file, by identity: the same one has several paths through links and mounts. */
export interface DirectoryIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Paths in use in this thread, shared by all copies of the package. */
const IN_USE = Symbol.for('logferry.exporter-file.in-use');

/** The path belongs to another exporter. */
export class PathInUseError extends LogferryError {
  constructor(message: string) {
    super('UNUSABLE_FILE', message);
  }
}

/**
 * Keeps a second exporter off a path: two of them would rotate and delete each other's files. Within a thread it is a
 * table; on Linux a socket in the abstract namespace holds against other threads and processes as well. The kernel frees
 * it when the process ends in any way, so nothing stale is left behind. It can't see processes of another network
 * namespace (other containers) or machine.
 */
export class PathLock {
  readonly #name: string;
  readonly #path: string;
  readonly #acrossProcesses: boolean;
  #key: string | undefined;
  #socket: Server | undefined;

  /**
   * @param directory where the file is.
   * @param name the file's name in it.
   * @throws LogferryError `UNUSABLE_FILE` when the path is in use.
   */
  constructor(directory: DirectoryIdentity, name: string, path: string, acrossProcesses: boolean) {
    this.#name = name;
    this.#path = path;
    this.#acrossProcesses = acrossProcesses;
    this.follow(directory);
  }

  /**
   * Moves the lock to the directory that is at the path now, after another program replaced it.
   * @throws LogferryError `UNUSABLE_FILE` when the new one is in use; the old lock stays.
   */
  follow(directory: DirectoryIdentity): void {
    const key = `${directory.device}:${directory.inode}:${this.#name}`;
    if (key === this.#key) return;
    if (pathsInUse().has(key)) throw this.#inUse('another exporter of this process');
    const socket = this.#acrossProcesses ? holdSocket(key) : undefined;
    if (socket === 'taken') throw this.#inUse('another process or worker thread');
    this.release();
    pathsInUse().add(key);
    this.#key = key;
    this.#socket = socket;
  }

  /** Frees the path; a second call does nothing. */
  release(): void {
    if (this.#key !== undefined) pathsInUse().delete(this.#key);
    this.#socket?.close();
    this.#key = undefined;
    this.#socket = undefined;
  }

  #inUse(owner: string): PathInUseError {
    return new PathInUseError(`${this.#path} is in use by ${owner}`);
  }
}

function pathsInUse(): Set<string> {
  const holder = globalThis as { [IN_USE]?: Set<string> };
  holder[IN_USE] ??= new Set();
  return holder[IN_USE];
}

/** A listening socket whose name stands for the key; undefined where the system has no such sockets. */
function holdSocket(key: string): Server | 'taken' | undefined {
  if (process.platform !== 'linux') return undefined;
  const socket = listen(createHash('sha256').update(key).digest('base64url'));
  if (socket !== undefined) return socket;
  // The cause arrives only in a later turn. A name that nobody else can have tells "taken" from "forbidden here".
  const probe = listen(randomUUID());
  if (probe === undefined) return undefined;
  probe.close();
  return 'taken';
}

function listen(name: string): Server | undefined {
  const server = createServer((peer) => peer.destroy());
  server.on('error', () => {
    // `listening` has told already.
  });
  try {
    // Exclusive: a cluster worker binds by itself instead of sharing the primary's socket.
    server.listen({ path: `\0logferry/exporter-file/${name}`, exclusive: true });
  } catch {
    // Node's permission model throws at once.
    return undefined;
  }
  if (!server.listening) return undefined;
  server.unref();
  return server;
}
