package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// datasourceSettings is a configured data source as a test describes it.
type datasourceSettings struct {
	UID            string            `json:"uid"`
	Type           string            `json:"type"`
	Name           string            `json:"name"`
	URL            string            `json:"url"`
	JSONData       json.RawMessage   `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
	// Updated is epoch milliseconds; another value makes the plugin build a new instance, as in Grafana.
	Updated int64 `json:"updated"`
	// PluginVersion is the one of the plugin, which Grafana knows from its plugin.json.
	PluginVersion string `json:"pluginVersion"`
}

func (s datasourceSettings) pluginContext() backend.PluginContext {
	jsonData := s.JSONData
	if len(jsonData) == 0 {
		jsonData = json.RawMessage(`{}`)
	}
	return backend.PluginContext{
		OrgID:         1,
		PluginID:      s.Type,
		PluginVersion: s.PluginVersion,
		User:          &backend.User{Login: "tester", Name: "Tester", Role: "Admin"},
		GrafanaConfig: backend.NewGrafanaCfg(map[string]string{}),
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID:                      1,
			UID:                     s.UID,
			Type:                    s.Type,
			Name:                    s.Name,
			URL:                     s.URL,
			JSONData:                jsonData,
			DecryptedSecureJSONData: s.SecureJSONData,
			Updated:                 time.UnixMilli(s.Updated),
		},
	}
}

// queryRequest is the body of Grafana's /api/ds/query beside the data source's settings.
type queryRequest struct {
	Datasource datasourceSettings `json:"datasource"`
	// From and To are epoch milliseconds, as text or number.
	From    epochMillis       `json:"from"`
	To      epochMillis       `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

func (r queryRequest) sdkRequest() (*backend.QueryDataRequest, error) {
	queries := make([]backend.DataQuery, 0, len(r.Queries))
	for index, raw := range r.Queries {
		var common struct {
			RefID         string  `json:"refId"`
			QueryType     string  `json:"queryType"`
			MaxDataPoints int64   `json:"maxDataPoints"`
			IntervalMs    float64 `json:"intervalMs"`
		}
		if err := json.Unmarshal(raw, &common); err != nil {
			return nil, fmt.Errorf("queries[%d]: %w", index, err)
		}
		if common.RefID == "" {
			return nil, fmt.Errorf("queries[%d]: expected a refId", index)
		}
		queries = append(queries, backend.DataQuery{
			RefID:         common.RefID,
			QueryType:     common.QueryType,
			MaxDataPoints: common.MaxDataPoints,
			Interval:      time.Duration(common.IntervalMs * float64(time.Millisecond)),
			TimeRange:     backend.TimeRange{From: r.From.time(), To: r.To.time()},
			JSON:          raw,
		})
	}
	return &backend.QueryDataRequest{PluginContext: r.Datasource.pluginContext(), Queries: queries}, nil
}

type epochMillis int64

func (m *epochMillis) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("expected epoch milliseconds, found %s", raw)
	}
	*m = epochMillis(value)
	return nil
}

func (m epochMillis) time() time.Time {
	return time.UnixMilli(int64(m))
}

// resourceRequest is a call of a plugin's resource. Body is passed on as it is.
type resourceRequest struct {
	Datasource datasourceSettings `json:"datasource"`
	Method     string             `json:"method"`
	// Path has no leading slash, URL is the path with its query string.
	Path string `json:"path"`
	URL  string `json:"url"`
	Body string `json:"body"`
}
