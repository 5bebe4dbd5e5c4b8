// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { Client } from 'undici';

import type { Proxy } from './proxy.ts';

/**
 * Asks a proxy for a tunnel to `authority` (RFC 9110, 9.3.6).
 * @param toProxy a connection to the proxy, which becomes the tunnel.
 */
export async function openTunnel(
  toProxy: Socket,
  proxy: Proxy,
  authority: string,
  signal: AbortSignal,
): Promise<Socket> {
  const client = new Client(`http://${proxy.label}`, {
    // Later, because the client goes on only from a callback that comes after it has asked.
    connect: (_options, callback) => queueMicrotask(() => callback(null, toProxy)),
    // The caller's signal is the only limit of time.
    headersTimeout: 0,
  });
  const { statusCode, socket } = await client.connect({
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
    signal,
  });
  if (statusCode !== 200) {
    socket.on('error', () => undefined).destroy();
    throw new Error(`the proxy ${proxy.label} refused the tunnel: HTTP ${statusCode}`);
  }
  return socket as Socket;
}
