// SPDX-License-Identifier: Apache-2.0
import { isIPv6, type Socket } from 'node:net';

/** The open connections of a channel by the address of their peer, in grpc-js's words: `10.0.0.1:4317`, `[::1]:4317`. */
export class Connections {
  readonly #byAddress = new Map<string, Set<Socket>>();

  /** @returns the address. */
  add(socket: Socket): string {
    const address = addressOf(socket);
    const sockets = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#byAddress.get(address) === sockets) this.#byAddress.delete(address);
    });
    return address;
  }

  /** Ends the connections to an address. @returns whether there was one. */
  drop(address: string): boolean {
    const sockets = this.#byAddress.get(address);
    for (const socket of sockets ?? []) socket.destroy();
    return sockets !== undefined;
  }
}

/** Empty for a socket file and for a connection that has ended already. */
function addressOf(socket: Socket): string {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return '';
  return isIPv6(remoteAddress) ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
