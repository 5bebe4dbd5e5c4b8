// SPDX-License-Identifier: Apache-2.0
import { bridgeApiLogs } from './bridge-api-logs.ts';

bridgeApiLogs();
