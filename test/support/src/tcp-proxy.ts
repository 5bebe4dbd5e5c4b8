// SPDX-License-Identifier: Apache-2.0
import { createConnection, createServer, type Socket } from 'node:net';

/** What the proxy does with the bytes between a client and its target. */
export type ProxyMode =
  /** Hands them on. */
  | 'forward'
  /** Takes new connections and reads nothing more from either side: silence. */
  | 'stall'
  /** Closes new connections with a TCP reset. */
  | 'refuse';

export interface TcpProxy {
  readonly port: number;
  /** Connections taken since the start. */
  readonly connections: number;
  /** Bytes that went from clients to the target, and back. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Changes the mode, for connections that are open as well. */
  setMode(mode: ProxyMode): void;
  /** Changes the mode for connections from now on; those that are open keep theirs. */
  setModeForNewConnections(mode: ProxyMode): void;
  /** Where new connections go. */
  setTarget(port: number): void;
  /** Ends every open connection with a TCP reset. */
  resetAll(): void;
  /** Ends every open connection with a TCP reset as soon as the target has sent so many more bytes to clients. */
  resetAfterBytesDown(bytes: number): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** A proxy on 127.0.0.1 that can misbehave. @param targetPort a port of 127.0.0.1. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let mode: ProxyMode = 'forward';
  let target = targetPort;
  let resetAtBytesDown = Infinity;
  const counts = { connections: 0, bytesUp: 0, bytesDown: 0 };

  function resetAll(): void {
    for (const { client, upstream } of links) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  function applyMode({ client, upstream }: Link): void {
    for (const socket of [client, upstream]) {
      if (mode === 'stall') socket.pause();
      else socket.resume();
    }
  }

  const server = createServer({ noDelay: true }, (client) => {
    counts.connections += 1;
    if (mode === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = createConnection({ port: target, host: '127.0.0.1', noDelay: true });
    const link = { client, upstream };
    links.add(link);
    client.on('data', (chunk) => {
      counts.bytesUp += chunk.length;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      counts.bytesDown += chunk.length;
      if (counts.bytesDown >= resetAtBytesDown) {
        resetAtBytesDown = Infinity;
        resetAll();
        return;
      }
      client.write(chunk);
    });
    const drop = (): void => {
      links.delete(link);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', drop);
      socket.on('close', drop);
    }
    if (mode === 'stall') applyMode(link);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  return {
    port: address.port,
    get connections() {
      return counts.connections;
    },
    get bytesUp() {
      return counts.bytesUp;
    },
    get bytesDown() {
      return counts.bytesDown;
    },
    setMode(next) {
      mode = next;
      if (mode === 'refuse') resetAll();
      else for (const link of links) applyMode(link);
    },
    setModeForNewConnections(next) {
      mode = next;
    },
    setTarget(port) {
      target = port;
    },
    resetAll,
    resetAfterBytesDown(bytes) {
      resetAtBytesDown = counts.bytesDown + bytes;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        resetAll();
      }),
  };
}
