// SPDX-License-Identifier: Apache-2.0
import { type ChannelOptions, compressionAlgorithms } from '@grpc/grpc-js';
import { userAgent } from '@logferry/otlp-exporter-base';

import type { ResolvedOptions } from './resolve-options.ts';

/** The options of the exporter that concern its connection. */
export type TransportOptions = Pick<
  ResolvedOptions,
  | 'endpoint'
  | 'tlsContexts'
  | 'serverName'
  | 'headers'
  | 'clock'
  | 'compression'
  | 'timeoutMillis'
  | 'loadBalancing'
  | 'authority'
  | 'keepalive'
  | 'userAgentPrefix'
  | 'channelOptions'
>;

/** One level up from src and from dist alike. */
const MANIFEST = new URL('../package.json', import.meta.url);

/** What the specification tells a client to take; it also bounds what a gzip bomb can unpack to. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

const ROUND_ROBIN = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });

/** Channel options that an option of the exporter stands for, or that its promises depend on. */
export const OWN_CHANNEL_OPTIONS: Readonly<Record<string, string>> = {
  'grpc.default_authority': 'authority is the option for it',
  'grpc.default_compression_algorithm': 'compression is the option for it',
  'grpc.enable_retries': 'retry is the option for it',
  'grpc.keepalive_time_ms': 'keepalive is the option for it',
  'grpc.keepalive_timeout_ms': 'keepalive is the option for it',
  'grpc.max_receive_message_length': 'the exporter bounds responses to 4 MiB',
  'grpc.primary_user_agent': 'userAgentPrefix is the option for it',
  'grpc.ssl_target_name_override': 'tls.serverName is the option for it',
  'grpc.use_local_subchannel_pool': 'the exporter keeps its connections to itself',
};

/** The options of the exporter in grpc-js's terms. */
export function channelOptions(options: TransportOptions): ChannelOptions {
  return {
    // The backoff between connections: a receiver that is back is found within seconds, not after grpc-js's two minutes.
    'grpc.initial_reconnect_backoff_ms': 1000,
    'grpc.max_reconnect_backoff_ms': 5000,
    'grpc.enable_channelz': 0,
    // A TXT query beside each resolution of a name, for what the options of the exporter say.
    'grpc.service_config_disable_resolution': 1,
    ...(options.loadBalancing === 'round-robin' ? { 'grpc.service_config': ROUND_ROBIN } : {}),
    // A proxy is asked for one host, and a list of addresses has none.
    ...(options.endpoint.host === undefined ? { 'grpc.enable_http_proxy': 0 } : {}),
    ...options.channelOptions,
    'grpc.primary_user_agent': userAgent(options.userAgentPrefix, MANIFEST),
    'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
    // Retries are ours, by the OTLP table; grpc-js's would send what the batch's owner already counts as cancelled.
    'grpc.enable_retries': 0,
    // With the shared pool a closed channel leaves its connection open for up to 10 s.
    'grpc.use_local_subchannel_pool': 1,
    ...(options.compression === 'gzip' ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip } : {}),
    ...(options.authority === undefined ? {} : { 'grpc.default_authority': options.authority }),
    ...(options.keepalive === undefined
      ? {}
      : {
          'grpc.keepalive_time_ms': options.keepalive.intervalMillis,
          'grpc.keepalive_timeout_ms': options.keepalive.timeoutMillis,
        }),
  };
}
