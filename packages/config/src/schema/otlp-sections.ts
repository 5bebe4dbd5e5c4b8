// SPDX-License-Identifier: Apache-2.0
import type {
  KeepaliveOptions,
  OtlpGrpcLogRecordExporterOptions,
  RetryOptions,
  TlsOptions,
} from '@logferry/exporter-otlp-grpc';
import type { OtlpHttpLogRecordExporterOptions } from '@logferry/exporter-otlp-http';

import { otlpOptions } from './otlp-options.ts';
import type { Key, KeysOf, SectionShape } from './shape.ts';
import {
  absolutePath,
  choice,
  either,
  flag,
  integer,
  key,
  limit,
  number,
  place,
  secretText,
  text,
  timer,
} from './simple-shapes.ts';

const HEADER: SectionShape = {
  kind: 'section',
  title: 'NameStringValuePair',
  about: 'A header field of every request.',
  keys: {
    name: key(text, 'The name of the header.', { isRequired: true }),
    // Where it is null, the entry counts as not there.
    value: key(secretText, 'Its value, which is never shown.'),
  },
};

const HEADER_KEYS: Readonly<Record<'headers' | 'headersList', Key>> = {
  headers: key({ kind: 'list', items: HEADER, minItems: 1, isSecret: true }, 'Header fields of every request.', {
    default: 'none',
  }),
  headersList: key(secretText, 'Header fields as k1=v1,k2=v2, percent-encoded; headers win.', { default: 'none' }),
};

const CODE_ONLY_TLS = ['ca', 'cert', 'key'] as const;
const STANDARD_TLS: KeysOf<Pick<TlsOptions, 'caFile' | 'certFile' | 'keyFile'>> = {
  caFile: key(absolutePath, 'PEM file of the CAs that the server is checked with.', { default: 'those of Node.js' }),
  certFile: key(absolutePath, 'PEM file of the client certificate, for mutual TLS.', { default: 'none' }),
  keyFile: key(absolutePath, 'PEM file of the private key of the client certificate.', { default: 'none' }),
};
const ALL_TLS: KeysOf<TlsOptions, (typeof CODE_ONLY_TLS)[number]> = {
  ...STANDARD_TLS,
  minVersion: key(choice('TLSv1.2', 'TLSv1.3'), 'The lowest version of TLS that is spoken.', { default: 'TLSv1.2' }),
  reloadIntervalMillis: key(timer(0), 'Time between two looks at the files; 0: they are read once.', {
    default: 60_000,
  }),
  serverName: key(text, 'The name that the certificate of the server must carry.', {
    default: 'the host of the endpoint',
  }),
};
const INSECURE = key(flag, 'Plaintext to an endpoint without a scheme.', { default: false });

function tlsSection(title: string, keys: Readonly<Record<string, Key>>): SectionShape {
  const about = 'Certificates and keys of TLS.';
  return { kind: 'section', title, about, keys, codeOnly: CODE_ONLY_TLS, fileOnly: ['insecure'] };
}

const retryKeys: KeysOf<RetryOptions> = {
  initialBackoffMillis: key(timer(1), 'Delay before the first retry.', { default: 1000 }),
  maxBackoffMillis: key(timer(1), 'Upper bound of the delay, before jitter.', { default: 10_000 }),
  multiplier: key(number(1, 100), 'Growth of the delay from one retry to the next.', { default: 1.5 }),
  jitter: key(number(0, 1), 'Random part of the delay.', { default: 0.2 }),
  maxAttempts: key(limit(1), 'Attempts of one request; then its records are lost and counted.', {
    default: 'unlimited',
  }),
  maxElapsedMillis: key(limit(0), 'Time of one request with its retries; then its records are lost and counted.', {
    default: 'unlimited',
  }),
};
const RETRY: SectionShape = {
  kind: 'section',
  title: 'LogferryRetry',
  about: 'When and how often a request is tried again.',
  keys: retryKeys,
};

const STANDARD_KEYS = {
  compression: key(choice('gzip', 'none'), 'Compression of requests.', { default: 'none' }),
  timeoutMillis: key(timer(0), 'Deadline of one attempt in milliseconds; 0 means none.', {
    name: 'timeout',
    default: 10_000,
  }),
  ...HEADER_KEYS,
};

const OWN_KEYS = {
  retry: key(RETRY, 'When and how often a request is tried again.'),
  maxConcurrentSends: key(integer(1), 'Requests in flight at the same time.', { default: 1 }),
  maxRequestBytes: key(integer(1024, 67_108_864), 'Largest request, before compression; a bigger batch is split.', {
    default: 4_128_768,
  }),
  maxRecordBytes: key(integer(16_384, 67_108_864), 'Bytes of one encoded record; a larger one is cut and marked.', {
    default: 1_000_000,
  }),
  userAgentPrefix: key(text, 'Put before the standard user agent.', { default: 'none' }),
};

const GRPC_ENDPOINT = key(place, 'https://host[:port], http://host[:port], host[:port] or a gRPC target.', {
  default: 'http://localhost:4317',
});
const HTTP_ENDPOINT = key(place, 'The URL that requests go to, with its path.', {
  default: 'http://localhost:4318/v1/logs',
});
const ENCODING = key(choice('protobuf', 'json'), 'How records are written in requests.', {
  name: 'encoding',
  default: 'protobuf',
});

/** The standard's `otlp_grpc`. */
export const STANDARD_GRPC: SectionShape = {
  kind: 'section',
  title: 'OtlpGrpcExporter',
  about: 'Exports by OTLP/gRPC.',
  keys: {
    endpoint: GRPC_ENDPOINT,
    tls: key(tlsSection('GrpcTls', { ...STANDARD_TLS, insecure: INSECURE }), 'Certificates and keys of TLS.'),
    ...STANDARD_KEYS,
  },
  convert: (options, report) => otlpOptions('grpc', options, report),
};

/** The standard's `otlp_http`. */
export const STANDARD_HTTP: SectionShape = {
  kind: 'section',
  title: 'OtlpHttpExporter',
  about: 'Exports by OTLP/HTTP.',
  keys: {
    endpoint: HTTP_ENDPOINT,
    tls: key(tlsSection('HttpTls', STANDARD_TLS), 'Certificates and keys of TLS.'),
    ...STANDARD_KEYS,
    protocol: ENCODING,
  },
  convert: (options, report) => otlpOptions('http', options, report),
};

const keepaliveKeys: KeysOf<KeepaliveOptions> = {
  intervalMillis: key(timer(1000), 'Time between pings while a request is in flight.', { isRequired: true }),
  timeoutMillis: key(timer(1), 'How long an answer may take.', { default: 20_000 }),
};
const KEEPALIVE: SectionShape = {
  kind: 'section',
  title: 'LogferryKeepalive',
  about: 'Pings that find a dead connection while a request waits.',
  keys: keepaliveKeys,
};

const CODE_ONLY = ['headersMaxAgeMillis', 'meterProvider', 'clock', 'environment'] as const;
type CodeOnly = (typeof CODE_ONLY)[number];

/** A file has a second key for headers. */
const FILE_ONLY = ['headersList'];

const grpcKeys: KeysOf<OtlpGrpcLogRecordExporterOptions, CodeOnly | 'insecure'> = {
  endpoint: GRPC_ENDPOINT,
  tls: key(tlsSection('LogferryGrpcTls', { ...ALL_TLS, insecure: INSECURE }), 'Certificates and keys of TLS.'),
  ...STANDARD_KEYS,
  ...OWN_KEYS,
  loadBalancing: key(
    choice('pick-first', 'round-robin'),
    'How requests are spread over the addresses of an endpoint.',
    {
      default: 'round-robin for dns:, ipv4: and ipv6:, else pick-first',
    },
  ),
  authority: key(text, 'The authority of requests, for a proxy that routes by it.', {
    default: 'the host of the endpoint',
  }),
  keepalive: key(KEEPALIVE, 'Pings that find a dead connection while a request waits.', { default: 'none' }),
  channelOptions: key(
    { kind: 'named', names: 'the name of a channel option of grpc-js', values: either(text, number(-Infinity)) },
    'Further channel options of grpc-js.',
    { default: 'none' },
  ),
};

/** OTLP/gRPC with all options. */
export const LOGFERRY_GRPC: SectionShape = {
  kind: 'section',
  title: 'LogferryOtlpGrpc',
  about: 'As otlp_grpc, with retry, load balancing, keepalive and bounds of requests.',
  keys: grpcKeys,
  // In a file it is a key of tls.
  codeOnly: [...CODE_ONLY, 'insecure'],
  fileOnly: FILE_ONLY,
  convert: STANDARD_GRPC.convert!,
};

const httpKeys: KeysOf<OtlpHttpLogRecordExporterOptions, CodeOnly> = {
  endpoint: HTTP_ENDPOINT,
  tls: key(tlsSection('LogferryHttpTls', ALL_TLS), 'Certificates and keys of TLS.'),
  ...STANDARD_KEYS,
  protocol: ENCODING,
  ...OWN_KEYS,
  compressionLevel: key(integer(1, 9), 'Level of gzip from 1 (fast) to 9 (small).', { default: 1 }),
  proxy: key(
    either(secretText, { kind: 'boolean', only: false }),
    'The proxy, http://[user:password@]host[:port], or false for none whatever the variables say.',
    { default: 'that of the variables' },
  ),
};

/** OTLP/HTTP with all options. */
export const LOGFERRY_HTTP: SectionShape = {
  kind: 'section',
  title: 'LogferryOtlpHttp',
  about: 'As otlp_http, with retry, proxy, level of compression and bounds of requests.',
  keys: httpKeys,
  codeOnly: CODE_ONLY,
  fileOnly: FILE_ONLY,
  convert: STANDARD_HTTP.convert!,
};
