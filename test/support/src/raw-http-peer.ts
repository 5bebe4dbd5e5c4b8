// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

import type { FaultyPeer } from './faulty-peer.ts';

/** What a raw peer does when one request has arrived as a whole. */
export type RawHttpBehaviour = (socket: Socket, index: number) => void;

/** The answer of a correct receiver that took everything. */
export const RAW_OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n';

const END_OF_HEAD = '\r\n\r\n';

/**
 * A server that reads HTTP/1.1 requests with a `content-length` and answers with whatever bytes it is told to.
 * @param behaviour `index` counts requests over all connections from 0.
 */
export async function startRawHttpPeer(behaviour: RawHttpBehaviour, tls?: TlsOptions): Promise<FaultyPeer> {
  let connections = 0;
  let requests = 0;
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let seen = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      for (let end = requestEnd(seen); end !== undefined; end = requestEnd(seen)) {
        seen = seen.subarray(end);
        behaviour(socket, requests);
        requests += 1;
      }
    });
  };
  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the peer has no port');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Where the first request ends; undefined while it is not whole. */
function requestEnd(seen: Buffer): number | undefined {
  const headEnd = seen.indexOf(END_OF_HEAD);
  if (headEnd === -1) return undefined;
  const head = seen.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + END_OF_HEAD.length + length;
  return seen.length >= end ? end : undefined;
}
