// The backend of the Pneumograph data source: it passes queries, health checks and the catalogue between Grafana and
// the Pneumograph ingest backend. What metrics mean is the ingest backend's business, never decided here.
package main

import (
	"os"
	"runtime/debug"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/pneumograph/pneumograph/datasource-plugin/pkg/plugin"
)

// gcPercent is how much the plugin's memory grows before garbage is collected. It lives on a few megabytes, and a panel's
// answer is several: with Go's default of 100 each query would wait for a collection, for a quarter of its time.
const gcPercent = 400

// goDefault is in force where nobody asks for another by GOGC.
const goDefault = 100

func main() {
	if asked := debug.SetGCPercent(gcPercent); asked != goDefault {
		debug.SetGCPercent(asked)
	}
	if err := datasource.Manage(plugin.ID, plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("The Pneumograph data source stopped", "error", err)
		os.Exit(1)
	}
}
