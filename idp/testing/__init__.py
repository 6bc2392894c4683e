"""What other projects import to test themselves against this provider. It stands alone: nothing of the house is needed.

device    a registered device, as a program
"""
