package configs

// frontKeys are model.front and the keys of one of its layers.
var frontKeys = []Key{
	{Name: "model.front", Type: Layers, Nullable: true,
		Doc: "Convolutional layers below the recurrent ones, the first of them reads the data; the keys of a layer are those of model.front.conv. Empty for none.", Example: "front: [{conv: {channels: 64, width: 5, norm: layer}}]", Aliases: []string{"conv", "convolutions", "cnn", "conv_layers"}},
	{Name: "model.front.conv", Type: Section, Required: "in every layer of model.front", Doc: "One convolution over the steps (PyTorch's and Keras's Conv1d), then norm, activation and pooling."},
	{Name: "model.front.conv.channels", Type: Whole, Range: between(1, 8192), Required: "in every conv",
		Doc: "Features of a step that come out.", Example: "channels: 64", Aliases: []string{"filters", "out_channels", "features", "size"}},
	{Name: "model.front.conv.width", Type: Whole, Range: between(1, 1024), Required: "in every conv",
		Doc: "Steps that one step of the result reads.", Example: "width: 5", Aliases: []string{"kernel_size", "kernel", "kernel_width", "filter_size"}},
	{Name: "model.front.conv.stride", Type: Whole, Range: between(1, 1024), Default: "1",
		Doc: "Steps from one result to the next: with 2 about half of the steps come out.", Example: "stride: 2", Aliases: []string{"strides"}},
	{Name: "model.front.conv.dilation", Type: Whole, Range: between(1, 1024), Default: "1",
		Doc: "Distance of the steps that one result reads: (width - 1) · dilation + 1 steps lie under it.", Example: "dilation: 2", Aliases: []string{"dilation_rate"}},
	{Name: "model.front.conv.padding", Type: Text, Enum: []string{"valid", "same", "causal"}, Default: "valid",
		Doc: "What lies beyond the ends of a sequence: valid, nothing, so that (width - 1) · dilation fewer steps come out; same, zeros on both sides; causal, zeros before the first step, so that no result reads a later step. With same and causal the steps are divided by the stride and rounded up.", Example: "padding: causal"},
	{Name: "model.front.conv.norm", Type: Text, Enum: []string{"none", "layer", "batch"}, Default: "none",
		Doc: "After the convolution, with a learned gain and shift: layer, mean 0 and variance 1 over the channels of each step; batch, of each channel over the steps of all sequences of a batch in training, and by running moments of them in predictions. Steps behind the end of a sequence never count.", Example: "norm: batch", Aliases: []string{"normalization", "layer_norm", "batch_norm"}},
	{Name: "model.front.conv.activation", Type: Text, Enum: []string{"identity", "tanh", "sigmoid", "relu", "gelu"}, Default: "relu",
		Doc: "The function after the norm.", Example: "activation: gelu", Aliases: []string{"nonlinearity"}},
	{Name: "model.front.conv.pool", Type: Section, Doc: "After the activation: several steps become one. Left out: no pooling.", Aliases: []string{"pooling", "max_pool", "maxpool"}},
	{Name: "model.front.conv.pool.kind", Type: Text, Enum: []string{"max", "mean"}, Required: "in every pool",
		Doc: "The greatest or the mean of the steps, for each channel.", Example: "kind: max", Aliases: []string{"type"}},
	{Name: "model.front.conv.pool.width", Type: Whole, Range: between(1, 1024), Required: "in every pool",
		Doc: "Steps that become one; where fewer are left at the end they are dropped.", Example: "width: 2", Aliases: []string{"size", "pool_size", "kernel_size"}},
	{Name: "model.front.conv.pool.stride", Type: Whole, Range: between(1, 1024), Derived: "pool.width",
		Doc: "Steps from one pool to the next.", Example: "stride: 2", Aliases: []string{"strides"}},
}
