"""Context columns inside a network: brought to one scale, weighed beside the signal."""

import torch
from torch import nn

_SMALLEST_SD = 1e-3  # a column that never changed says nothing


class ContextScaler(nn.Module):
    """Bring context columns to a common scale, the one that training has seen.

    Running mean and variance are updated by each batch of a training, as in batch
    normalisation, but they are also what scales that batch: a row's answer does not
    depend on the rows beside it, and one row is batch enough.

    Parameters
    ----------
    n_context : int
        Columns.
    limit : float, default=4.0
        Standard deviations beyond which a column says no more.
    noise : float, default=0.1
        Standard deviations of the noise that is added while training, so that no
        decision hangs on the last digit of a column.
    """

    mean: torch.Tensor
    variance: torch.Tensor
    n_rows: torch.Tensor

    def __init__(
        self, n_context: int, *, limit: float = 4.0, noise: float = 0.1
    ) -> None:
        super().__init__()
        self.limit = limit
        self.noise = noise
        self.register_buffer("mean", torch.zeros(n_context))
        self.register_buffer("variance", torch.ones(n_context))
        self.register_buffer("n_rows", torch.zeros(()))

    def forward(self, context: torch.Tensor) -> torch.Tensor:
        """Scale, and learn the scale while training.

        Parameters
        ----------
        context : Tensor of shape (n, n_context)
            Columns in units of their own.

        Returns
        -------
        Tensor of shape (n, n_context)
            Within `limit` of zero, noise aside.
        """
        if self.training:
            self._learn(context.detach())
        scaled = (context - self.mean) / (self.variance.sqrt() + _SMALLEST_SD)
        scaled = scaled.clamp(-self.limit, self.limit)
        if self.training:
            scaled = scaled + self.noise * torch.randn_like(scaled)
        return scaled

    def _learn(self, context: torch.Tensor) -> None:
        # Mean and variance of all rows so far, joined batch by batch.
        self.n_rows += len(context)
        share = len(context) / self.n_rows
        step = context.mean(0) - self.mean
        spread = context.var(0, correction=0) - self.variance
        self.mean += share * step
        self.variance += share * (spread + (1 - share) * step**2)


class ContextHead(nn.Module):
    """Features and context columns, each weighed by itself, then together.

    Parameters
    ----------
    n_features : int
        What the body makes.
    n_context : int
        Context columns behind the features; 0 for none.
    n_hidden : int
        Units of the layer that joins them, and at most of the one for the context.
    n_classes : int
        Logits that come out.
    dropout : float
        Share of units left out before each dense layer while training.
    """

    def __init__(
        self,
        n_features: int,
        n_context: int,
        n_hidden: int,
        n_classes: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.n_features = n_features
        self.context: nn.Module | None = None
        n_inputs = n_features
        if n_context:
            self.context = nn.Sequential(
                ContextScaler(n_context), nn.Linear(n_context, n_hidden), nn.ReLU()
            )
            n_inputs += n_hidden
        self.joint = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(n_inputs, n_hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(n_hidden, n_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn features and context into logits.

        Parameters
        ----------
        x : Tensor of shape (n, n_features + n_context)
            The context columns behind the features.

        Returns
        -------
        Tensor of shape (n, n_classes)
        """
        if self.context is not None:
            features, context = x[:, : self.n_features], x[:, self.n_features :]
            self._keep_the_scale_if_frozen(self.context)
            x = torch.cat((features, self.context(context)), dim=1)
        return self.joint(x)

    @staticmethod
    def _keep_the_scale_if_frozen(context: nn.Module) -> None:
        # The scaler has no parameter to freeze; it goes with the layer behind it, as
        # its running figures are what the weights of that layer were learnt on.
        if not any(each.requires_grad for each in context.parameters()):
            context.eval()
