"""Rows that are blends of two, and so are their classes."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class MixUp:
    """Blend each row with another one, and its class with that one's.

    Mixup [1]_ is the only augmentation that changes the targets: an estimator gives it
    the rows after all others.

    Parameters
    ----------
    alpha : float, default=0.2
        Of the Beta distribution of the shares; the smaller, the closer to one of the
        two rows.

    References
    ----------
    .. [1] Zhang H. et al. (2018). mixup: Beyond empirical risk minimization. ICLR.
       arXiv:1710.09412

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import MixUp
    >>> partner, share = MixUp().draw(8, torch.device("cpu"))
    >>> partner.shape, bool((share >= 0.5).all())
    (torch.Size([8]), True)
    """

    alpha: float = 0.2

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not self.alpha > 0:
            raise ValueError(f"alpha must be above 0, got {self.alpha!r}.")

    def draw(
        self, n_rows: int, device: torch.device
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Choose partners and shares.

        Parameters
        ----------
        n_rows : int
            Of the batch.
        device : torch.device
            Where the result is wanted.

        Returns
        -------
        partner : Tensor of int64 of shape (n_rows,)
            The row that each is blended with.
        share : Tensor of float32 of shape (n_rows,)
            What each keeps of itself, at least a half.
        """
        # Gamma variates of torch's own generator: a Beta without its slow machinery.
        concentration = torch.full((2, n_rows), self.alpha)
        gamma = torch._standard_gamma(concentration)  # noqa: SLF001 - no public door
        share = gamma[0] / gamma.sum(dim=0).clamp_min(1e-30)
        partner = torch.randperm(n_rows)
        return partner.to(device), torch.maximum(share, 1 - share).to(device)
