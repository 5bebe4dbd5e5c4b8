// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

import { type PemSource, sourceName, unusable } from './pem-source.ts';
import type { TlsVersion } from './shared-options.ts';

/** Where certificates and keys come from; undefined is "not given". */
export interface TlsSources {
  /** Undefined: the CAs that Node trusts. */
  readonly ca: PemSource | undefined;
  /** The client's pair for mutual TLS. */
  readonly pair: PairSource | undefined;
}

export interface PairSource {
  readonly cert: PemSource;
  readonly key: PemSource;
}

/** A client certificate with the key that belongs to it. */
export interface ClientPair {
  readonly cert: string;
  readonly key: string;
  /** When the certificate ends, in milliseconds since the Unix epoch. */
  readonly endsAtMillis: number;
}

const CERTIFICATE_BEGIN = /-----BEGIN CERTIFICATE-----/g;
const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @throws LogferryError `INVALID_OPTION` where one of the two is missing. */
export function pairSource(cert: PemSource | undefined, key: PemSource | undefined): PairSource | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  const given = cert ?? key;
  if (given === undefined) return undefined;
  const missing = cert === undefined ? 'certificate' : 'private key';
  throw new LogferryError('INVALID_OPTION', `${given.name} needs a client ${missing} beside it: mutual TLS takes both`);
}

/** @throws LogferryError where the text holds anything but whole certificates. */
export function checkCas(source: PemSource, pem: string): void {
  certificatesOf(source, pem);
}

/** @throws LogferryError where one of the two is no PEM, or the key belongs to another certificate. */
export function checkPair(source: PairSource, cert: string, key: string): ClientPair {
  const [leaf] = certificatesOf(source.cert, cert);
  if (leaf?.checkPrivateKey(privateKeyOf(source.key, key)) !== true) {
    throw unusable(source.key, `is not the private key of the certificate in ${sourceName(source.cert)}`);
  }
  return { cert, key, endsAtMillis: Date.parse(leaf.validTo) };
}

/** @throws LogferryError `UNUSABLE_FILE` where OpenSSL refuses what was checked, such as a key that is too short. */
export function createTlsContext(
  minVersion: TlsVersion,
  ca: string | undefined,
  pair: ClientPair | undefined,
): SecureContext {
  try {
    return createSecureContext({
      minVersion,
      // Explicit, because a flag of Node's can change its default.
      maxVersion: 'TLSv1.3',
      ...(ca === undefined ? {} : { ca }),
      ...(pair === undefined ? {} : { cert: pair.cert, key: pair.key }),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new LogferryError('UNUSABLE_FILE', `the certificates and keys of tls can not be used: ${code}`);
  }
}

function certificatesOf(source: PemSource, pem: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
  if (blocks.length === 0) throw unusable(source, 'holds no PEM certificate');
  // A file that is being written ends in the middle of one.
  if (pem.match(CERTIFICATE_BEGIN)?.length !== blocks.length)
    throw unusable(source, 'ends in the middle of a certificate');
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
