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
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// Datasource is one configured data source: its handlers live in query.go, health.go and resources.go.
type Datasource struct {
	client *client
	// problem says why there is no client.
	problem *failure
}

// NewDatasource makes the data source for the settings. Settings that cannot work are no error here: the SDK would
// hide what is wrong behind a general message, while the handlers can say it.
func NewDatasource(ctx context.Context, instance backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	settings, problem := loadSettings(ctx, instance)
	if problem != nil {
		return &Datasource{problem: problem}, nil
	}
	client, problem := newClient(settings)
	return &Datasource{client: client, problem: problem}, nil
}

// Dispose gives up the connections when the settings change or the data source goes away.
func (d *Datasource) Dispose() {
	if d.client != nil {
		d.client.close()
	}
}
