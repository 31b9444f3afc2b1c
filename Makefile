# The commands of this project. `make help` lists them.
GO      ?= go
BIN     := bin/recur
SOURCES := $(shell find . -name '*.go' -not -path './_*' -o -name '*.s' -o -name '*.yaml' -path './configs/*') go.mod

.DEFAULT_GOAL := help
.PHONY: help build quickstart test check race purego cross test-arm64 generate golden soak fuzz corpus vuln bench bench-peers bench-front bench-language bench-pairs bench-scaling bench-million memory clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(BIN) ## build bin/recur, one static binary

$(BIN): $(SOURCES)
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $@ ./cmd/recur

quickstart: $(BIN) ## train, evaluate and compare the three cells on the bundled sunspots (under 3 minutes)
	@sh examples/quickstart.sh $(BIN)

test: ## run all tests
	$(GO) test ./...

check: ## what CI runs: format, vet, tests, the pure Go kernels, other platforms
	@test -z "$$(gofmt -l .)" || { echo "gofmt needed:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) test ./...
	$(MAKE) purego cross

purego: ## test the kernels and what stands on them without assembly, and with AVX2 alone
	$(GO) test -tags purego ./internal/kernel ./graph ./models ./predict
	RECUR_KERNEL=avx2 $(GO) test ./graph ./models ./predict

cross: ## build for other systems
	GOOS=linux GOARCH=arm64 $(GO) build -o /dev/null ./cmd/recur
	GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./cmd/recur
	GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/recur
	@GOOS=linux GOARCH=386 $(GO) build -o /dev/null ./cmd/recur 2>&1 | grep -q recur_needs_a_64_bit_system || { echo "GOARCH=386: want the sentence of configs/system.go"; exit 1; }

QEMU := $(firstword $(shell command -v qemu-aarch64-static qemu-aarch64 2>/dev/null))
test-arm64: ## test graphs and their hashes as built for arm64, under qemu-user where it is installed
	@if [ -z "$(QEMU)" ]; then echo "qemu-aarch64 is not installed (Debian: qemu-user-static): nothing was tested for arm64"; exit 1; fi
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 $(GO) test -exec $(QEMU) -timeout 30m -run 'Hash|Salt|Clash|Merged|Machine|Program' ./graph ./models

race: ## run all tests under the race detector (minutes)
	$(GO) test -race ./...

generate: ## write the assembly, docs/config.md and configs/schema.json anew; the tree must stay clean
	$(GO) generate ./...
	$(GO) test ./configs -update

soak: ## the long forms of the crash, fault and property tests (hours); RECUR_SEED=n replays
	RECUR_SOAK=100000 $(GO) test -count=1 -timeout 3h -v ./checkpoint
	RECUR_SOAK=1 $(GO) test -count=1 -timeout 3h -v -run 'Resume|Injected|OnNaN' ./train
	RECUR_SOAK=1 $(GO) test -count=1 -timeout 3h -v ./internal/pipeline
	RECUR_SOAK=1 $(GO) test -count=1 -timeout 3h -v -run 'Kills|Signals' ./cmd/recur
	$(MAKE) fuzz

FUZZ ?= 10000000
fuzz: ## try every parser with FUZZ changed inputs (an hour or two); RECUR_SEED=n replays
	RECUR_FUZZ=$(FUZZ) $(GO) test -count=1 -timeout 24h -v -run '^Fuzz' ./... | awk '!/^===|^PASS|^\?|no tests to run|--- PASS: Fuzz.*\// { print } /^FAIL|^--- FAIL|^panic:/ { bad = 1 } END { exit bad }'

corpus: ## add inputs to testdata/fuzz that reach code which no kept one reaches
	RECUR_KEEP=1 RECUR_FUZZ=200000 $(GO) test -count=1 -timeout 24h -cover -run '^Fuzz' ./...

vuln: ## look for known vulnerabilities in what the program calls, in today's database (a Go module of 25 MB)
	db=$$($(GO) mod download -json golang.org/x/vulndb@latest | sed -n 's/.*"Dir": "\(.*\)".*/\1/p') && \
		$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 -db "file://$$db/data/osv" ./...

bench: $(BIN) ## time training steps and forward passes on this machine
	$(BIN) bench

bench-peers: $(BIN) ## the same beside PyTorch, Keras and onnxruntime from the virtual environment in bench/env
	sh bench/peers.sh $(BIN) peers

bench-front: $(BIN) ## networks with convolutions beside PyTorch and Keras
	sh bench/peers.sh $(BIN) peers --front

bench-language: $(BIN) ## networks of the next symbol beside PyTorch
	sh bench/peers.sh $(BIN) peers --language

bench-pairs: $(BIN) ## training and decoding of translations and speech beside PyTorch
	sh bench/peers.sh $(BIN) pairs

bench-scaling: $(BIN) ## growth with steps, rows and windows (docs/img/cost.svg), a busy neighbour, train against bench (minutes)
	$(GO) run ./bench/scaling -binary $(BIN) -out docs/img

bench-million: $(BIN) ## an epoch over a million windows beside PyTorch from the virtual environment in bench/env (minutes)
	sh bench/peers.sh $(BIN) million

memory: ## the estimate of memory beside the peak of whole trainings: the table in docs/performance.md (two minutes)
	RECUR_MEMORY_TABLE=1 $(GO) test -count=1 -run MemoryEstimate -v ./cmd/recur

clean: ## remove what was built and trained here
	rm -rf bin runs
