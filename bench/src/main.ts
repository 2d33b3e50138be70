import { benchCatalogue } from './catalogue.js';
import { benchDerive } from './derive.js';
import { benchHttp } from './http.js';
import { benchKafka } from './kafka.js';
import { benchLiveLatency } from './live-latency.js';
import { benchLiveMemory } from './live-memory.js';
import { benchMonitors } from './monitors.js';
import { benchPanelPeers } from './panel-peers.js';
import { benchPanel } from './panel.js';
import { benchPluginLatency } from './plugin-latency.js';
import { benchStatistics } from './statistics.js';
import { benchStore } from './store/index.js';
import { printColumns, printLatencies, printTable } from './table.js';

const BENCHES = {
  derive: async () => printTable('Derivation, one core', await Promise.resolve(benchDerive())),
  statistics: async () => printTable('Profiles of records, one core', await Promise.resolve(benchStatistics())),
  monitors: async () => printTable('A distribution monitor of 20 features, one core', await benchMonitors()),
  kafka: async () => {
    const { speed, memory } = await benchKafka();
    printTable('Reports of a Kafka topic into DuckDB, two cores with the broker', speed);
    printTable('Memory of the ingest backend', memory);
  },
  store: benchStore,
  panel: async () =>
    printColumns('The workflow-health panel in Chromium, beside a plain canvas', await benchPanel(), [0]),
  'panel-peers': async () => {
    const grafana = process.env['GRAFANA_URL'];
    if (grafana === undefined) {
      console.log("\nGrafana's own panels are left out: set GRAFANA_URL, as CONTRIBUTING.md says");
      return;
    }
    printColumns("The workflow-health panel beside Grafana's own", await benchPanelPeers(grafana), [0]);
  },
  catalogue: async () => printTable('Catalogues of fleets of engines, one process', await benchCatalogue()),
  'live-latency': benchLiveLatency,
  'live-memory': async () =>
    printColumns('Memory of 100 live streams of 10 series, before and with them', await benchLiveMemory(), [0]),
  http: async () => printTable('Reports over HTTP into DuckDB, two cores', await benchHttp()),
  'plugin-latency': async () => {
    const { title, rows } = await benchPluginLatency();
    printLatencies(title, rows);
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`expected ${Object.keys(BENCHES).join(', ')}, found ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length === 0 || wanted.includes(name)) {
      await bench();
    }
  }
}
