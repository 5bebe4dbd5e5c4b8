// SPDX-License-Identifier: Apache-2.0
import { bridgeApi } from './bridge-api.ts';

bridgeApi();
