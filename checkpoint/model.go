package checkpoint

import (
	"errors"
	"fmt"
	"strconv"

	"recur/configs"
)

// Every safetensors file of a checkpoint says its format in its metadata.
const (
	versionKey = "format_version"
	configKey  = "config"
)

// modelName: the weights and nothing else; in the metadata the config.

func encodeModel(c *Checkpoint) ([]Tensor, map[string]string, error) {
	if c.Config == nil {
		return nil, nil, errors.New("it has no config")
	}
	if len(c.Weights) == 0 {
		return nil, nil, errors.New("it has no weights")
	}
	return c.Weights, map[string]string{
		"format":   "pt", // the convention for weights in PyTorch's layout
		versionKey: strconv.Itoa(Version),
		configKey:  string(c.Config.Render()),
	}, nil
}

func decodeModel(c *Checkpoint, from content) error {
	config, ok := from.metadata[configKey]
	if !ok {
		return fmt.Errorf("its metadata has no %q", configKey)
	}
	parsed, err := configs.Parse(from.path, []byte(config), nil)
	if err != nil {
		return fmt.Errorf("its config does not parse: %w", err)
	}
	c.Config, c.Weights = parsed, from.tensors
	return nil
}
