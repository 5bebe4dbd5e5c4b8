// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HttpProxyOptions {
  /** PEM text of the proxy's pair. Absent: plaintext. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The value of `proxy-authorization` that is demanded. */
  readonly authorization?: string;
  /** The status for each CONNECT in place of a tunnel. */
  readonly refuseTunnels?: number;
}

export interface HttpProxy {
  readonly port: number;
  /** Lines such as `CONNECT localhost:4318` and `POST http://host/v1/logs`, oldest first, refused ones as well. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * A forward proxy on 127.0.0.1: tunnels by CONNECT, and relays requests that name the whole URL. Every host that it is
 * asked for is 127.0.0.1.
 */
export async function startHttpProxy(options: HttpProxyOptions = {}): Promise<HttpProxy> {
  const requests: string[] = [];
  const tunnels = new Set<Duplex>();

  function isAllowed({ headers }: IncomingMessage): boolean {
    return options.authorization === undefined || headers['proxy-authorization'] === options.authorization;
  }

  function relay(message: IncomingMessage, response: ServerResponse): void {
    requests.push(`${message.method} ${message.url}`);
    if (!isAllowed(message)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
      return;
    }
    const { 'proxy-authorization': _secret, ...headers } = message.headers;
    const { port, pathname, search } = new URL(message.url ?? '');
    const onward = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: `${pathname}${search}`,
        method: message.method ?? 'POST',
        headers,
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    message.pipe(onward);
  }

  function tunnel(message: IncomingMessage, client: Duplex, head: Buffer): void {
    requests.push(`CONNECT ${message.url}`);
    client.on('error', () => undefined);
    tunnels.add(client);
    const refusal = isAllowed(message) ? options.refuseTunnels : 407;
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [, port = ''] = /:(\d+)$/.exec(message.url ?? '') ?? [];
    const upstream: Socket = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    tunnels.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }

  const server = options.tls === undefined ? createServer(relay) : createTlsServer(options.tls, relay);
  server.on('connect', tunnel);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}
