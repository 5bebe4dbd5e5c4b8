// SPDX-License-Identifier: Apache-2.0
import { type ChannelOptions, compressionAlgorithms } from '@grpc/grpc-js';
import { userAgent } from '@logferry/otlp-exporter-base';

import type { ResolvedOptions } from './resolve-options.ts';

/** The options of the exporter that concern its connection. */
export type TransportOptions = Pick<
  ResolvedOptions,
  | 'endpoint'
  | 'tlsContext'
  | 'serverName'
  | 'headers'
  | 'compression'
  | 'timeoutMillis'
  | 'keepalive'
  | 'userAgentPrefix'
  | 'channelOptions'
>;

/** One level up from src and from dist alike. */
const MANIFEST = new URL('../package.json', import.meta.url);

/** What the specification tells a client to take; it also bounds what a gzip bomb can unpack to. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** The options of the exporter in grpc-js's terms. */
export function channelOptions(options: TransportOptions): ChannelOptions {
  return {
    // The backoff between connections: a receiver that is back is found within seconds, not after grpc-js's two minutes.
    'grpc.initial_reconnect_backoff_ms': 1000,
    'grpc.max_reconnect_backoff_ms': 5000,
    'grpc.enable_channelz': 0,
    ...options.channelOptions,
    'grpc.primary_user_agent': userAgent(options.userAgentPrefix, MANIFEST),
    'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
    // Retries are ours, by the OTLP table; grpc-js's would send what the batch's owner already counts as cancelled.
    'grpc.enable_retries': 0,
    // With the shared pool a closed channel leaves its connection open for up to 10 s.
    'grpc.use_local_subchannel_pool': 1,
    ...(options.compression === 'gzip' ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip } : {}),
    ...(options.serverName === undefined
      ? {}
      : { 'grpc.ssl_target_name_override': options.serverName, 'grpc.default_authority': options.serverName }),
    ...(options.keepalive === undefined
      ? {}
      : {
          'grpc.keepalive_time_ms': options.keepalive.intervalMillis,
          'grpc.keepalive_timeout_ms': options.keepalive.timeoutMillis,
        }),
  };
}
