// The backend of the Pneumograph data source: it passes queries, health checks and the catalogue between Grafana and
// the Pneumograph ingest backend. What metrics mean is the ingest backend's business, never decided here.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/pneumograph/pneumograph/datasource-plugin/pkg/plugin"
)

func main() {
	if err := datasource.Manage(plugin.ID, plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("The Pneumograph data source stopped", "error", err)
		os.Exit(1)
	}
}
