package pipeline

import (
	"fmt"
	"strings"

	"recur/configs"
	"recur/task"
	"recur/task/table"
)

// enoughToRead refuses to read a file, or with "" the data of a config, that does not fit into memory, by its size and its first lines.
func enoughToRead(c *configs.Config, path string) error {
	reading, training, rows := table.Of(c).Reading(c, path)
	if rows == 0 {
		return nil
	}
	if path == "" {
		path = strings.Join(c.Data.Files().All(), ", ")
	}
	need := bytesOfProcess + int64(growthOfReading*float64(reading))
	there, from := memoryThere()
	if there == 0 || need <= there {
		return nil
	}
	all := max(need, bytesOfProcess+int64(growthOfData*float64(training)))
	return &TooLarge{What: "reading " + path, Need: need, There: there, From: from, OfData: true, Advice: adviceOnRows(rows, all, there)}
}

// adviceOnRows says how many of so many rows would fit.
func adviceOnRows(rows, need, there int64) string {
	fit := int64(0.9 * float64(rows) * float64(there-bytesOfProcess) / float64(need-bytesOfProcess))
	if fit < 1 {
		return fmt.Sprintf("give the process %s", mebibytes(need))
	}
	return fmt.Sprintf("give the process %s, or keep at most %d of the about %d rows", mebibytes(need), fit, rows)
}

// enoughToTrain refuses a training that does not fit into memory, and else says how many of the networks that are wanted side
// by side fit.
func enoughToTrain(c *configs.Config, p task.Data, beside int) (int, error) {
	there, from := memoryThere()
	if there == 0 {
		return beside, nil
	}
	n := needOf(c, p)
	for ; beside > 1 && n.total(beside) > there; beside-- {
	}
	need := n.total(1)
	if need <= there {
		return beside, nil
	}
	e := &TooLarge{What: "training " + c.Name, Need: need, There: there, From: from, OfData: n.data > n.network}
	if e.Advice = adviceOnNetwork(c, p, there); e.OfData || e.Advice == "" {
		e.OfData, e.Advice = true, adviceOnRows(int64(p.Source().Facts().Rows), need, there)
	}
	return 0, e
}

// adviceOnNetwork finds a smaller batch, else a smaller network, that fits; "" where none does.
func adviceOnNetwork(c *configs.Config, p task.Data, there int64) string {
	for _, key := range []struct {
		name string
		now  int
	}{{"train.batch_size", c.Train.BatchSize}, {"model.hidden_size", c.Model.HiddenSize}} {
		for v := key.now / 2; v >= 1; v /= 2 {
			less, err := c.With(fmt.Sprintf("%s=%d", key.name, v))
			if err != nil {
				break
			}
			if need := needOf(less, p).total(1); need <= there {
				return fmt.Sprintf("set %s to %d, which needs about %s", key.name, v, mebibytes(need))
			}
		}
	}
	return ""
}

// fitting is how many jobs of a config, wanted side by side on so many cores (0: all), fit into memory; the others wait.
func fitting(c *configs.Config, p task.Data, jobs, cores int) (int, error) {
	return enoughToTrain(c, p, min(jobs, coresOf(cores)))
}
