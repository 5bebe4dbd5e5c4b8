// SPDX-License-Identifier: Apache-2.0
import { type Environment, invalidOption, LogferryError } from '@logferry/core';
import { otlpVariables } from '@logferry/otlp-exporter-base';

/** Where requests go. */
export interface Endpoint {
  /** As messages show it: without the query, which may hold a key. */
  readonly target: string;
  readonly secure: boolean;
  /** The host that a server's certificate is for, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path of a Unix socket in place of host and port. */
  readonly socketPath: string | undefined;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host, and the port where it is not the scheme's. */
  readonly authority: string;
  /** Path and query of requests. */
  readonly path: string;
}

/** The specification's default: a collector on the same host. */
const DEFAULT_BASE = 'http://localhost:4318';

const SIGNAL_PATH = 'v1/logs';

const EXPECTED = 'https://host[:port][/path], http://host[:port][/path] or unix:/path/of/socket';

/** @throws LogferryError `INVALID_OPTION`. A bad endpoint never falls back to the default: records would go elsewhere. */
export function resolveEndpoint(option: unknown, environment: Environment): Endpoint {
  if (option !== undefined) return parseEndpoint('endpoint', option, false);
  const [ofLogs, ofAllSignals] = otlpVariables('ENDPOINT');
  const found = environment.find(ofLogs, ofAllSignals);
  if (found === undefined) return parseEndpoint('endpoint', DEFAULT_BASE, true);
  return parseEndpoint(found.name, found.value, found.name === ofAllSignals);
}

/**
 * @param name the option or variable that the value comes from.
 * @param isBase whether `/v1/logs` is appended.
 */
function parseEndpoint(name: string, value: unknown, isBase: boolean): Endpoint {
  if (typeof value !== 'string') throw invalidOption(name, value, EXPECTED);
  const text = value.trim();
  if (text.startsWith('unix:')) return unixEndpoint(name, text);
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined ? text.includes('@') : url.username !== '' || url.password !== '') {
    // The value stays out of the message: it holds a password.
    throw new LogferryError('INVALID_OPTION', `${name} must not hold a user name or password; use headers`);
  }
  if (url === undefined) throw invalidOption(name, text.split('?', 1)[0], EXPECTED);
  const base = isBase ? `${url.pathname}${url.pathname.endsWith('/') ? '' : '/'}${SIGNAL_PATH}` : url.pathname;
  const secure = url.protocol === 'https:';
  return {
    target: `${url.origin}${base}`,
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    socketPath: undefined,
    origin: url.origin,
    authority: url.host,
    path: `${base}${url.search}`,
  };
}

function unixEndpoint(name: string, text: string): Endpoint {
  // `unix:/run/otel.sock`, or with the two slashes of a URL.
  const socketPath = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
  if (!socketPath.startsWith('/')) throw invalidOption(name, text, EXPECTED);
  return {
    target: `unix:${socketPath}`,
    secure: false,
    host: 'localhost',
    port: 80,
    socketPath,
    origin: 'http://localhost',
    authority: 'localhost',
    path: `/${SIGNAL_PATH}`,
  };
}
