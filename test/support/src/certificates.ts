// SPDX-License-Identifier: Apache-2.0
// The certificate library finds its parts through decorators' metadata, so the polyfill has to be loaded first.
// oxlint-disable-next-line import/no-unassigned-import -- it is loaded for its effect
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its private key, as PEM text and as files of mode 0600. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a certificate says about its holder and its time. */
export interface CertificateRequest {
  /** Subject common name. Default: `localhost` for a server, `logferry-client` for a client. */
  readonly commonName?: string;
  /** Subject alternative names of a server: DNS names and IP addresses. Default: localhost, 127.0.0.1 and ::1. */
  readonly hosts?: readonly string[];
  /** Default: one hour ago. */
  readonly notBefore?: Date;
  /** Default: in one day. */
  readonly notAfter?: Date;
}

/** A certificate authority for one test run; all of its files lie in one temporary directory. */
export interface CertificateAuthority {
  /** The CA's own certificate as PEM text. */
  readonly cert: string;
  readonly certFile: string;
  /** Where the files are. */
  readonly directory: string;
  server(request?: CertificateRequest): Promise<CertificatePair>;
  client(request?: CertificateRequest): Promise<CertificatePair>;
  /** A server certificate whose time is over. */
  expiredServer(): Promise<CertificatePair>;
  /** A server certificate whose time has not begun. */
  futureServer(): Promise<CertificatePair>;
  /** A server certificate for a host that no test connects to. */
  wrongHostServer(): Promise<CertificatePair>;
  /** A server certificate that it signed itself, unknown to this authority. */
  selfSignedServer(): Promise<CertificatePair>;
  /** Deletes the directory. */
  dispose(): void;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Makes an authority on the spot, without any program besides Node. @param name its common name. */
export async function createCertificateAuthority(name: string = 'Logferry test CA'): Promise<CertificateAuthority> {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-ca-'));
  const authority = await issue({
    subject: `CN=${name}`,
    notBefore: new Date(Date.now() - 365 * DAY_MILLIS),
    notAfter: new Date(Date.now() + 3650 * DAY_MILLIS),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  let files = 0;

  function write(label: string, issued: Issued): CertificatePair {
    files += 1;
    const certFile = join(directory, `${files}-${label}.crt`);
    const keyFile = join(directory, `${files}-${label}.key`);
    writeFileSync(certFile, issued.cert, { mode: 0o600 });
    writeFileSync(keyFile, issued.key, { mode: 0o600 });
    return { cert: issued.cert, key: issued.key, certFile, keyFile };
  }

  async function server(request: CertificateRequest, issuer: Issued | undefined): Promise<CertificatePair> {
    return write('server', await issue(leaf(request, 'localhost', ExtendedKeyUsage.serverAuth), issuer));
  }

  return {
    cert: authority.cert,
    certFile: write('ca', authority).certFile,
    directory,
    server: (request = {}) => server(request, authority),
    client: async (request = {}) =>
      write('client', await issue(leaf(request, 'logferry-client', ExtendedKeyUsage.clientAuth), authority)),
    expiredServer: () =>
      server(
        { notBefore: new Date(Date.now() - 2 * DAY_MILLIS), notAfter: new Date(Date.now() - DAY_MILLIS) },
        authority,
      ),
    futureServer: () =>
      server(
        { notBefore: new Date(Date.now() + DAY_MILLIS), notAfter: new Date(Date.now() + 2 * DAY_MILLIS) },
        authority,
      ),
    wrongHostServer: () => server({ commonName: 'other.example', hosts: ['other.example'] }, authority),
    selfSignedServer: () => server({}, undefined),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly subject: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

interface IssueRequest {
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

function leaf(request: CertificateRequest, defaultName: string, usage: ExtendedKeyUsage): IssueRequest {
  const hosts = request.hosts ?? ['localhost', '127.0.0.1', '::1'];
  return {
    subject: `CN=${request.commonName ?? defaultName}`,
    notBefore: request.notBefore ?? new Date(Date.now() - HOUR_MILLIS),
    notAfter: request.notAfter ?? new Date(Date.now() + DAY_MILLIS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      new SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host })),
      ),
    ],
  };
}

/** Signed by `issuer`, or by its own key. */
async function issue(request: IssueRequest, issuer?: Issued): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const signer = issuer?.keys ?? keys;
  const certificate = await X509CertificateGenerator.create({
    // Positive and never zero, as RFC 5280 demands.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject: request.subject,
    issuer: issuer?.subject ?? request.subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...request.extensions,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { cert: `${certificate.toString('pem')}\n`, key: pem('PRIVATE KEY', pkcs8), subject: request.subject, keys };
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
