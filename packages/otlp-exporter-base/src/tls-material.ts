// SPDX-License-Identifier: Apache-2.0
import { invalidOption, LogferryError } from '@logferry/core';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';

import type { TlsVersion } from './shared-options.ts';

/** PEM text, or the file that holds it; `name` is the option or variable that it comes from. */
export type PemSource =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly path: string };

/** Where certificates and keys come from; undefined is "not given". */
export interface TlsSources {
  readonly ca: PemSource | undefined;
  readonly cert: PemSource | undefined;
  readonly key: PemSource | undefined;
}

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads and checks everything before the first connection, so that a mistake is an error at start and not a silent
 * fallback to other roots or to a connection without a client certificate.
 *
 * @throws LogferryError `UNUSABLE_FILE` or `INVALID_OPTION` that names the option and the path, never the content.
 */
export function createTlsContext(sources: TlsSources, minVersion: TlsVersion): SecureContext {
  if ((sources.cert === undefined) !== (sources.key === undefined)) {
    const [given, missing] = sources.cert === undefined ? [sources.key, 'certificate'] : [sources.cert, 'private key'];
    throw new LogferryError(
      'INVALID_OPTION',
      `${given?.name} needs a client ${missing} beside it: mutual TLS takes both`,
    );
  }
  const ca = sources.ca && { source: sources.ca, pem: read(sources.ca) };
  if (ca !== undefined) certificatesOf(ca.source, ca.pem);
  const pair = sources.cert && sources.key && clientPair(sources.cert, sources.key);
  return createSecureContext({
    minVersion,
    // Explicit, because a flag of Node's can change its default.
    maxVersion: 'TLSv1.3',
    ...(ca === undefined ? {} : { ca: ca.pem }),
    ...pair,
  });
}

function clientPair(certSource: PemSource, keySource: PemSource): { readonly cert: string; readonly key: string } {
  const cert = read(certSource);
  const key = read(keySource);
  const [leaf] = certificatesOf(certSource, cert);
  if (leaf?.checkPrivateKey(privateKeyOf(keySource, key)) !== true) {
    throw unusable(keySource, `is not the private key of the certificate in ${where(certSource)}`);
  }
  return { cert, key };
}

function certificatesOf(source: PemSource, pem: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
  if (blocks.length === 0) throw unusable(source, 'holds no PEM certificate');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    // The parser's message could quote the content.
    throw unusable(source, 'holds a certificate that can not be parsed');
  }
}

function privateKeyOf(source: PemSource, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusable(source, 'holds no unencrypted PEM private key');
  }
}

function read(source: PemSource): string {
  if (source.kind === 'text') return source.text;
  try {
    return readFileSync(source.path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new LogferryError('UNUSABLE_FILE', `${where(source)} can not be read: ${code}`);
  }
}

function unusable(source: PemSource, problem: string): LogferryError {
  return new LogferryError(source.kind === 'file' ? 'UNUSABLE_FILE' : 'INVALID_OPTION', `${where(source)} ${problem}`);
}

function where(source: PemSource): string {
  return source.kind === 'file' ? `${source.name} (${source.path})` : source.name;
}

/** The source of a `x` / `xFile` pair of options, else the variable's file. */
export function pemSource(
  option: string,
  text: unknown,
  path: unknown,
  fromEnvironment: { readonly name: string; readonly value: string } | undefined,
): PemSource | undefined {
  if (text !== undefined && path !== undefined) {
    throw new LogferryError('INVALID_OPTION', `${option} and ${option}File can not both be given`);
  }
  if (text !== undefined) {
    if (typeof text !== 'string') throw invalidOption(option, text, 'PEM text');
    return { kind: 'text', name: option, text };
  }
  if (path !== undefined) {
    if (typeof path !== 'string' || path === '') throw invalidOption(`${option}File`, path, 'a path');
    return { kind: 'file', name: `${option}File`, path };
  }
  return fromEnvironment && { kind: 'file', name: fromEnvironment.name, path: fromEnvironment.value };
}
