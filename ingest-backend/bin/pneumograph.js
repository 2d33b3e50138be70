#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// V8 lets a heap grow to several times what is in use before it looks for garbage. At 60 % the whole process takes a
// quarter less memory for a tenth more CPU (bench kafka, 10,000 engines).
setFlagsFromString('--heap-growing-percent=60');
await import('../dist/cli/main.js');
