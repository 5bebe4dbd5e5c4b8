// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

/** Where and how an exporter connects. */
export interface EndpointToTry {
  /** The endpoint as the exporter takes it. */
  readonly endpoint: string;
  readonly protocol: 'grpc' | 'http';
  readonly insecure: boolean;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly serverName: string | undefined;
}

/** Longer than any network takes that records can be sent over. */
const TIMEOUT_MILLIS = 5000;

const DEFAULT_PORTS = { grpc: 4317, http: 80, https: 443 };

/** What an attempt found: undefined is success. */
export type TryResult = { readonly address: string; readonly problem: string | undefined };

/** Connects, with TLS where the exporter would speak it, to each address of an endpoint, and sends nothing. */
export function tryEndpoint(target: EndpointToTry): Promise<readonly TryResult[]> {
  return Promise.all(
    addressesOf(target).map(async (address) => ({ address: address.label, problem: await attempt(address, target) })),
  );
}

interface Address {
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly isSecure: boolean;
}

function addressesOf({ endpoint, protocol, insecure }: EndpointToTry): readonly Address[] {
  const text = endpoint.trim();
  const [, scheme = '', authority = ''] = /^(https?):\/\/([^/?#]*)/i.exec(text) ?? [];
  if (scheme !== '') {
    const isSecure = scheme.toLowerCase() === 'https';
    const port = protocol === 'grpc' ? DEFAULT_PORTS.grpc : isSecure ? DEFAULT_PORTS.https : DEFAULT_PORTS.http;
    return [hostPort(authority, port, isSecure)];
  }
  const isSecure = protocol === 'grpc' && !insecure;
  if (text.startsWith('unix:')) {
    const socketPath = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    return [{ label: text, host: 'localhost', port: 0, socketPath, isSecure }];
  }
  const names = text.replace(/^(?:dns:(?:\/\/[^/]*\/)?|ipv[46]:)/, '');
  return names.split(',').map((name) => hostPort(name.trim(), DEFAULT_PORTS.grpc, isSecure));
}

function hostPort(text: string, defaultPort: number, isSecure: boolean): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  const number = port === undefined ? defaultPort : Number(port);
  return {
    label: `${isIP(host) === 6 ? `[${host}]` : host}:${number}`,
    host,
    port: number,
    socketPath: undefined,
    isSecure,
  };
}

function attempt(address: Address, target: EndpointToTry): Promise<string | undefined> {
  return new Promise((resolve) => {
    const to =
      address.socketPath === undefined ? { host: address.host, port: address.port } : { path: address.socketPath };
    let socket: Socket;
    try {
      socket = address.isSecure ? connectTls({ ...to, ...tlsOptions(address, target) }) : connectPlain(to);
    } catch (error) {
      resolve(error instanceof UnreadableFile ? error.message : `the files of TLS can not be used${codeOf(error)}`);
      return;
    }
    const end = (problem: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => end(`no answer within ${TIMEOUT_MILLIS} ms`), TIMEOUT_MILLIS);
    socket.once(address.isSecure ? 'secureConnect' : 'connect', () => end(undefined));
    // The message of an error may quote what a peer has sent.
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'the connection failed'));
    socket.once('close', () => end('the connection was closed'));
  });
}

function tlsOptions(address: Address, target: EndpointToTry): ConnectionOptions {
  if (!address.isSecure) return {};
  const servername = target.serverName ?? (isIP(address.host) === 0 ? address.host : undefined);
  const ca = pem('caFile', target.caFile);
  const cert = pem('certFile', target.certFile);
  const key = pem('keyFile', target.keyFile);
  return {
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(target.protocol === 'grpc' ? { ALPNProtocols: ['h2'] } : {}),
  };
}

class UnreadableFile extends Error {}

function pem(option: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnreadableFile(`not tried, because tls.${option} (${path}) can not be read${codeOf(error)}`);
  }
}

/** The message of an error may quote what stands in a file. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? '' : `: ${code}`;
}
