package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
)

// ID is the plugin's id, as in plugin.json.
const ID = "pneumograph-workflow-datasource"

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ backend.StreamHandler         = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// Datasource is one configured data source: its handlers live in query.go, health.go,
// resources.go and stream.go.
type Datasource struct {
	client *client
	// problem says why there is no client.
	problem *failure
	// orgID is the organisation of Grafana that the data source belongs to.
	orgID int64
	pace  pace
}

// NewDatasource makes the data source for the settings. Settings that cannot work are no error here: the SDK would
// hide what is wrong behind a general message, while the handlers can say it.
func NewDatasource(ctx context.Context, instance backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	ds := &Datasource{orgID: orgOf(backend.PluginConfigFromContext(ctx)), pace: usualPace}
	settings, problem := loadSettings(ctx, instance)
	if problem == nil {
		ds.client, problem = newClient(settings)
	}
	ds.problem = problem
	return ds, nil
}

// Dispose gives up the connections when the settings change or the data source goes away.
func (d *Datasource) Dispose() {
	if d.client != nil {
		d.client.close()
	}
}
