
e-137140000012001ˆ¬‰Ô"Ä¬‰Ô€åšw*sortingº&
competitor XP"	
CNY Â*express