// SPDX-License-Identifier: Apache-2.0
import { type Environment, LogferryError } from '@logferry/core';

import type { Endpoint } from './endpoint.ts';
import { bypassesProxy, isLoopback } from './no-proxy.ts';

/** The proxy between the exporter and its endpoint. */
export interface Proxy {
  /** `host:port`: what messages show. */
  readonly label: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Value of `proxy-authorization`; a secret. */
  readonly authorization: string | undefined;
}

/**
 * The proxy of the option, else of the variables. A bad one is an error, because records would go around it.
 * @throws LogferryError `INVALID_OPTION` that never shows the value, which may hold a password.
 */
export function resolveProxy(option: unknown, endpoint: Endpoint, environment: Environment): Proxy | undefined {
  if (endpoint.socketPath !== undefined || option === false) return undefined;
  if (option !== undefined) return parseProxy('proxy', option);
  const found = environment.find(...proxyVariables(endpoint.secure, environment));
  // A collector on the same host, the default, is the usual case beside a proxy for everything else.
  if (found === undefined || isLoopback(endpoint.host)) return undefined;
  const exceptions = environment.text('no_proxy', 'NO_PROXY');
  if (exceptions !== undefined && bypassesProxy(exceptions, endpoint.host, endpoint.port)) return undefined;
  return parseProxy(found.name, found.value);
}

function proxyVariables(secure: boolean, environment: Environment): string[] {
  if (secure) return ['https_proxy', 'HTTPS_PROXY'];
  // In a CGI program HTTP_PROXY is the request header `Proxy` of whoever asks (CVE-2016-5385).
  return environment.text('REQUEST_METHOD') === undefined ? ['http_proxy', 'HTTP_PROXY'] : ['http_proxy'];
}

function parseProxy(name: string, value: unknown): Proxy {
  const text = typeof value === 'string' ? value.trim() : '';
  const withScheme = text.includes('://') ? text : `http://${text}`;
  const url = text !== '' && URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new LogferryError(
      'INVALID_OPTION',
      `${name} must be a proxy: http://[user:password@]host[:port] or https://…`,
    );
  }
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    label: `${url.hostname}:${port}`,
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    authorization: url.username === '' ? undefined : basic(name, url.username, url.password),
  };
}

function basic(name: string, user: string, password: string): string {
  try {
    const credentials = `${decodeURIComponent(user)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials).toString('base64')}`;
  } catch {
    throw new LogferryError('INVALID_OPTION', `${name} holds a user name or password that is not percent-encoded`);
  }
}
