package consensus

// weights are those of the evidence.
var weights = features{sumTheta: 1, sumNull: 1}
