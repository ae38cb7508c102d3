"""What is still to come of a day, given what is known of it now."""

from simulation.prediction.predicted import Predictor, predicted
from simulation.prediction.results import Prediction

__all__ = ["Prediction", "Predictor", "predicted"]
