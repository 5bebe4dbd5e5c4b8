// SPDX-License-Identifier: Apache-2.0
const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK({ instrumentations: [] }).start();
