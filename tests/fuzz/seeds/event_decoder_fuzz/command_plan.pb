
e-1ˆ¬‰Ô*crm‚C
37140000012-1s-7"whyr&
price
offers-2˜’›Ô
visit