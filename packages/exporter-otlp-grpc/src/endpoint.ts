// SPDX-License-Identifier: Apache-2.0
import { invalidOption, LogferryError } from '@logferry/core';
import { isIPv4, isIPv6 } from 'node:net';

/** Where a channel connects to. */
export interface Endpoint {
  /** The target as grpc-js takes it; also what messages show, since it holds no credentials. */
  readonly target: string;
  readonly secure: boolean;
  /**
   * The host that a server's certificate is for, without brackets. Undefined for a list of addresses: each server's
   * certificate is for the server's own address.
   */
  readonly host: string | undefined;
  /** Whether it is a target that gRPC resolves to a set of servers (`dns:`, `ipv4:`, `ipv6:`), not one server's URL. */
  readonly namesServers: boolean;
}

/** The specification's default: a collector on the same host. */
export const DEFAULT_ENDPOINT = 'http://localhost:4317';

const DEFAULT_PORT = 4317;

const EXPECTED = 'https://host[:port], http://host[:port], host[:port] or a gRPC target (dns:, ipv4:, ipv6:, unix:)';

// Every part is bounded by a character that the next one can't match, so that matching is linear.
const URL_PARTS = /^(https?):\/\/([^/?#]*)(.*)$/i;
const HOST_PORT = /^(\[[0-9a-fA-F:.]{2,45}\]|[^\s:/?#@[\]]{1,255})(?::(\d{1,5}))?$/;
const DNS_TARGET = /^dns:(\/\/[^/]*\/)?([^/]+)$/;

/**
 * @param name the option or variable that the value comes from.
 * @throws LogferryError `INVALID_OPTION`. A bad endpoint never falls back to the default: records would go elsewhere.
 */
export function parseEndpoint(name: string, value: unknown, insecure: boolean): Endpoint {
  if (typeof value !== 'string') throw invalidOption(name, value, EXPECTED);
  const text = value.trim();
  const url = URL_PARTS.exec(text);
  if (url !== null) {
    const [, scheme = '', authority = '', rest = ''] = url;
    if (authority.includes('@')) throw credentialsInside(name);
    if (rest !== '' && rest !== '/') throw invalidOption(name, value, 'an endpoint without a path: gRPC has its own');
    return endpointOf(withPort(name, value, authority), scheme.toLowerCase() === 'https');
  }
  if (text.includes('@')) throw credentialsInside(name);
  return endpointOf(targetOf(name, value, text), !insecure);
}

/** The value stays out of the message: it holds a password. */
function credentialsInside(name: string): LogferryError {
  return new LogferryError('INVALID_OPTION', `${name} must not hold a user name or password; use headers`);
}

function targetOf(name: string, value: string, text: string): string {
  if (/^unix:./.test(text)) return text;
  if (/^ipv[46]:/.test(text)) {
    const scheme = text.slice(0, 4);
    const addresses = text.slice(5).split(',');
    return `${scheme}:${addresses.map((address) => withAddressPort(name, value, scheme, address.trim())).join(',')}`;
  }
  if (text.startsWith('dns:')) {
    const [, authority = '', hostPort = ''] = DNS_TARGET.exec(text) ?? [];
    return `dns:${authority}${withPort(name, value, hostPort)}`;
  }
  return withPort(name, value, text);
}

function endpointOf(target: string, secure: boolean): Endpoint {
  const namesServers = /^(?:dns|ipv4|ipv6):/.test(target);
  return { target, secure, host: hostOf(target), namesServers };
}

function hostOf(target: string): string | undefined {
  // As gRPC names the authority of a socket file.
  if (target.startsWith('unix:')) return 'localhost';
  const servers = target.replace(/^(?:dns:(?:\/\/[^/]*\/)?|ipv[46]:)/, '').split(',');
  return servers.length > 1 ? undefined : withoutPort(servers[0] ?? '');
}

function withoutPort(hostPort: string): string {
  return hostPort.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** grpc-js takes 443 where a port is missing; OTLP's is 4317. */
function withPort(name: string, value: string, hostPort: string): string {
  const [, host, port = String(DEFAULT_PORT)] = HOST_PORT.exec(hostPort) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw invalidOption(name, value, EXPECTED);
  return `${host}:${Number(port)}`;
}

/** One address of a list. A bare IPv6 address is put in brackets, because its end can't be told from a port. */
function withAddressPort(name: string, value: string, scheme: string, address: string): string {
  const given = withPort(name, value, isIPv6(address) ? `[${address}]` : address);
  // In the form that a connected socket has, because connections are told apart by it.
  const hostPort = given.replace(/^\[.*\]/, (host) =>
    URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host,
  );
  const isAddress = scheme === 'ipv4' ? isIPv4 : isIPv6;
  if (!isAddress(withoutPort(hostPort))) {
    throw invalidOption(
      name,
      value,
      `a list of ${scheme === 'ipv4' ? 'IPv4' : 'IPv6'} addresses, each with or without a port`,
    );
  }
  return hostPort;
}

/** The server as metrics name it: a list of addresses, and a socket file, stand as they are. */
export function serverOf({ target, host }: Endpoint): { serverAddress: string; serverPort: number | undefined } {
  const port = /:(\d{1,5})$/.exec(target)?.[1];
  if (host === undefined || port === undefined) return { serverAddress: target, serverPort: undefined };
  return { serverAddress: host, serverPort: Number(port) };
}
