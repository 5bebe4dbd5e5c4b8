// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';

/** What is said of a peer that takes a connection, and over TLS ends the handshake, and is silent then. */
export const NO_FIRST_FRAME = 'the peer did not begin HTTP/2 in time';

/**
 * Ends a connection over which nothing has come in time: an HTTP/2 server begins with its settings, and grpc-js would wait
 * for them without limit. Meanwhile the address would count as one that is being connected to.
 */
export function endUnlessFirstFrame(socket: Socket, timeoutMillis: number, onSilent: () => void): void {
  const timer = setTimeout(() => {
    // HTTP/2 reads beside the socket, and its count covers that.
    if (socket.bytesRead > 0) return;
    socket.once('close', onSilent);
    socket.destroy();
  }, timeoutMillis);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
